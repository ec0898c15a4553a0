// SPDX-License-Identifier: Apache-2.0

// What the functions return where they are given what is wrong, in any order and at the ends of ranges.

#include "GuitarAmp.h"
#include "PaddedFeatures.h"
#include "TokenStream.h"
#include "Windowed.h"

static void guitar_amp_errors(void) {
    static float x[6 * GUITAR_AMP_INPUT_SIZE], out[6 * GUITAR_AMP_OUTPUT_SIZE], again[6 * GUITAR_AMP_INPUT_SIZE];
    for (int index = 0; index < 6; index += 1) x[index] = 0.1f * (float)index;
    struct room state = make_room(GUITAR_AMP_STATE_SIZE), copy = make_room(GUITAR_AMP_STATE_SIZE);
    expect(guitar_amp_state_init(NULL) == GUITAR_AMP_ERROR_NULL, "init of NULL");
    expect(guitar_amp_state_init((char *)state.memory + 4) == GUITAR_AMP_ERROR_ALIGNMENT, "init of what is not aligned");
    expect(guitar_amp_state_init(state.memory) == 0, "init");
    expect(guitar_amp_step(state.memory, x + 1, out) == 0, "step");
    memcpy(copy.memory, state.memory, GUITAR_AMP_STATE_SIZE);
    expect(guitar_amp_step(NULL, x, out) == GUITAR_AMP_ERROR_NULL, "step of NULL");
    expect(guitar_amp_step(state.memory, NULL, out) == GUITAR_AMP_ERROR_NULL, "step without an input");
    expect(guitar_amp_step(state.memory, x, NULL) == GUITAR_AMP_ERROR_NULL, "step without a result");
    expect(guitar_amp_step((char *)state.memory + 32, x, out) == GUITAR_AMP_ERROR_ALIGNMENT, "step of what is not aligned");
    expect(memcmp(copy.memory, state.memory, GUITAR_AMP_STATE_SIZE) == 0, "an error leaves the state");

    // A copy is a stream of its own, and the memory of an input may be a result's.
    for (int step = 2; step < 6; step += 1) {
        expect(guitar_amp_step(state.memory, x + step, out + step) == 0, "step");
        memcpy(again + step, x + step, GUITAR_AMP_INPUT_SIZE * sizeof(float));
        expect(guitar_amp_step(copy.memory, again + step, again + step) == 0, "step in place");
    }
    expect(memcmp(out + 2, again + 2, 4 * sizeof(float)) == 0, "the copy gives the same");
    expect(out[2] != out[3], "results differ");

    expect(guitar_amp_workspace_size(0, 1) == 0 && guitar_amp_workspace_size(1, 0) == 0, "nothing needs no workspace");
    expect(guitar_amp_workspace_size(SIZE_MAX, 1) == 0, "too many steps");
    expect(guitar_amp_workspace_size(SIZE_MAX / 2, SIZE_MAX / 2) == 0, "too many rows");
    expect(guitar_amp_workspace_size(SIZE_MAX / 8, 1) == 0, "rows of more than there is");
    const size_t bytes = guitar_amp_workspace_size(3, 2);
    struct room workspace = make_room(bytes);
    int32_t lengths[2] = {1, 3};
    expect(guitar_amp_run(x, 3, 2, lengths, out, workspace.memory) == 0, "run");
    expect(guitar_amp_run(NULL, 3, 2, NULL, out, workspace.memory) == GUITAR_AMP_ERROR_NULL, "run without an input");
    expect(guitar_amp_run(x, 3, 2, NULL, NULL, workspace.memory) == GUITAR_AMP_ERROR_NULL, "run without a result");
    expect(guitar_amp_run(x, 3, 2, NULL, out, NULL) == GUITAR_AMP_ERROR_NULL, "run without a workspace");
    expect(guitar_amp_run(x, 3, 2, NULL, out, (char *)workspace.memory + 16) == GUITAR_AMP_ERROR_ALIGNMENT, "run, not aligned");
    expect(guitar_amp_run(x, 0, 2, NULL, out, workspace.memory) == GUITAR_AMP_ERROR_SIZE, "no steps");
    expect(guitar_amp_run(x, 3, 0, NULL, out, workspace.memory) == GUITAR_AMP_ERROR_SIZE, "no sequences");
    expect(guitar_amp_run(x, SIZE_MAX, SIZE_MAX, NULL, out, workspace.memory) == GUITAR_AMP_ERROR_SIZE, "sizes overflow");
    expect(guitar_amp_run(x, SIZE_MAX / 4, 2, NULL, out, workspace.memory) == GUITAR_AMP_ERROR_SIZE, "sizes overflow");
    const int32_t wrong[] = {0, -1, 4, INT32_MAX, INT32_MIN};
    for (int index = 0; index < 5; index += 1) {
        lengths[1] = wrong[index];
        expect(guitar_amp_run(x, 3, 2, lengths, out, workspace.memory) == GUITAR_AMP_ERROR_LENGTH, "a length");
    }
    give_back(&workspace);
    give_back(&state);
    give_back(&copy);
}

static void token_stream_errors(void) {
    float out[4 * TOKEN_STREAM_OUTPUT_SIZE];
    struct room state = make_room(TOKEN_STREAM_STATE_SIZE), copy = make_room(TOKEN_STREAM_STATE_SIZE);
    expect(token_stream_state_init(state.memory) == 0, "init");
    memcpy(copy.memory, state.memory, TOKEN_STREAM_STATE_SIZE);
    const int32_t wrong[] = {-1, TOKEN_STREAM_TOKEN_COUNT, INT32_MAX, INT32_MIN};
    const size_t bytes = token_stream_workspace_size(2, 2);
    struct room workspace = make_room(bytes);
    for (int index = 0; index < 4; index += 1) {
        expect(token_stream_step(state.memory, wrong[index], out) == TOKEN_STREAM_ERROR_TOKEN, "a token of a step");
        const int32_t ids[4] = {0, TOKEN_STREAM_TOKEN_COUNT - 1, 0, wrong[index]};
        expect(token_stream_run(ids, 2, 2, NULL, out, workspace.memory) == TOKEN_STREAM_ERROR_TOKEN, "a token of a run");
    }
    expect(memcmp(copy.memory, state.memory, TOKEN_STREAM_STATE_SIZE) == 0, "an error leaves the state");
    expect(token_stream_step(state.memory, TOKEN_STREAM_TOKEN_COUNT - 1, out) == 0, "the last token");
    give_back(&workspace);
    give_back(&state);
    give_back(&copy);
}

static void padding_errors(void) {
    // One sequence of three steps: x is filled up with -1.5.
    float x[6] = {1, 2, -1.5f, -1.5f, 3, 4}, marks[3] = {1, 2, 3}, head[6], tail[6], end[2];
    int32_t best[3];
    const size_t bytes = padded_features_workspace_size(3, 1);
    struct room workspace = make_room(bytes);
    expect(padded_features_run(x, marks, 3, 1, NULL, head, best, tail, end, workspace.memory) == PADDED_FEATURES_ERROR_PADDING, "padding inside");
    x[0] = x[1] = x[4] = x[5] = -1.5f;
    expect(padded_features_run(x, marks, 3, 1, NULL, head, best, tail, end, workspace.memory) == PADDED_FEATURES_ERROR_PADDING, "padding alone");
    x[4] = 7;
    expect(padded_features_run(x, marks, 3, 1, NULL, head, best, tail, end, workspace.memory) == PADDED_FEATURES_ERROR_STEPS, "no second step");
    x[2] = 7;
    expect(padded_features_run(x, marks, 3, 1, NULL, head, best, tail, end, workspace.memory) == 0, "two steps");
    expect(head[0] == 0 && head[1] == 0 && head[2] != 0, "zero where the padding is");
    give_back(&workspace);
}

static void window_errors(void) {
    expect(windowed_strided_steps(1, 1, NULL) > 0 && windowed_strided_steps(0, 1, NULL) == 0, "steps of nothing");
    const int32_t lengths[2] = {5, 2}, wrong[2] = {5, 6};
    expect(windowed_strided_steps(5, 2, lengths) == windowed_strided_steps(5, 1, NULL), "the longest sequence counts");
    expect(windowed_strided_steps(5, 2, wrong) == 0, "a length");
    expect(windowed_workspace_size(SIZE_MAX / 4, 1, 1) == 0 && windowed_workspace_size(1, SIZE_MAX / 4, 1) == 0, "too many steps of one");
}

int main(void) {
    checked = "errors";
    guitar_amp_errors();
    token_stream_errors();
    padding_errors();
    window_errors();
    printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
