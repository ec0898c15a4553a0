/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses liblstmc as a stranger's C program does: opens, describes, runs, steps, copies and frees, provokes every kind of failure, and
 * does all of it from several threads at once. Run in a folder that may be written to, with the clone's folder as its argument. */

#include <lstmc.h>

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *root;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "library.c:%d: %s\n", __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

/* It works. */
static void works(lstmc_error *error, int line) {
    if (!error) return;
    fprintf(stderr, "library.c:%d: %s", line, lstmc_error_text(error));
    exit(1);
}
#define WORKS(call) works(call, __LINE__)

/* It fails, and says `words`. */
static void fails(lstmc_error *error, const char *words, int line) {
    if (!error) {
        fprintf(stderr, "library.c:%d: no error, but '%s' was expected\n", line, words);
        exit(1);
    }
    if (!strstr(lstmc_error_text(error), words)) {
        fprintf(stderr, "library.c:%d: '%s' is not in: %s", line, words, lstmc_error_text(error));
        exit(1);
    }
    CHECK(lstmc_error_count(error) >= 1);
    CHECK(lstmc_error_json(error)[0] == '[');
    lstmc_diagnostic diagnostic;
    CHECK(lstmc_error_diagnostic(error, 0, &diagnostic) == 1);
    CHECK(strcmp(diagnostic.severity, "error") == 0 && diagnostic.code[0] && diagnostic.message[0]);
    CHECK(lstmc_error_diagnostic(error, lstmc_error_count(error), &diagnostic) == 0);
    lstmc_error_free(error);
}
#define FAILS(call, words) fails(call, words, __LINE__)

static char *path(const char *name) {
    char *whole = malloc(strlen(root) + strlen(name) + 2);
    CHECK(whole);
    sprintf(whole, "%s/%s", root, name);
    return whole;
}

static lstmc_model *opened(const char *name) {
    char *file = path(name);
    lstmc_model *model = NULL;
    WORKS(lstmc_open(file, &model));
    CHECK(model);
    free(file);
    return model;
}

static const float wave[8] = { 0, 0.5f, 1, 0.5f, 0, -0.5f, -1, -0.5f };
/* What the README shows. */
static const float driven[8] = {
    -0.022818223f, 0.41073057f, 0.9566185f, 0.9912488f, 0.77606535f, 0.2531467f, -0.70927066f, -0.9102012f
};

static int same(const float *a, const float *b, size_t count) { return memcmp(a, b, count * sizeof(float)) == 0; }

static void import_and_run(void) {
    char *file = path("Examples/drive.pt");
    char *report = NULL;
    lstmc_import_options options = { 0 };
    options.name = "Amp";
    options.force = 1;
    WORKS(lstmc_import(file, "imported", &options, &report));
    CHECK(strstr(report, "\"spec\": \"imported/Amp.lstm.yaml\"") && strstr(report, "batch_first"));
    lstmc_text_free(report);
    options.force = 0;
    FAILS(lstmc_import(file, "imported", &options, &report), "is there already");
    options.last = options.select = 1;
    FAILS(lstmc_import(file, "imported", &options, &report), "'last' and 'select' exclude each other");
    FAILS(lstmc_import("nowhere.pt", "imported", NULL, NULL), "'nowhere.pt' cannot be opened");
    FAILS(lstmc_import(NULL, "imported", NULL, NULL), "'file' is NULL");
    free(file);

    lstmc_model *model = NULL;
    WORKS(lstmc_open("imported/Amp.lstm.yaml", &model));
    CHECK(strstr(lstmc_describe(model), "\"parameters\": 733"));
    CHECK(lstmc_input_count(model) == 1 && lstmc_result_count(model) == 1 && lstmc_first_state_count(model) == 2);
    lstmc_port port;
    CHECK(lstmc_input(model, 0, &port) && strcmp(port.name, "x") == 0 && port.type == LSTMC_FLOAT32);
    CHECK(port.per == LSTMC_PER_STEP && port.rank == 1 && port.sizes[0] == 1 && port.tokens == 0);
    CHECK(lstmc_result(model, 0, &port) && strcmp(port.name, "head") == 0 && !lstmc_result(model, 1, &port));
    CHECK(lstmc_first_state(model, 1, &port) && strcmp(port.name, "c0") == 0 && port.sizes[1] == 12);
    CHECK(lstmc_batch_first(model) == 0);

    float y[8] = { 0 };
    lstmc_tensor x = { "x", wave, LSTMC_FLOAT32, 2, { 8, 1 } };
    lstmc_memory memory = { y, sizeof y };
    lstmc_shape shape;
    WORKS(lstmc_shapes(model, &x, 1, &shape, 1));
    CHECK(shape.type == LSTMC_FLOAT32 && shape.rank == 2 && shape.shape[0] == 8 && shape.shape[1] == 1);
    for (size_t threads = 1; threads < 4; threads++) {
        memset(y, 0, sizeof y);
        WORKS(lstmc_run(model, &x, 1, threads, &memory, 1));
        CHECK(same(y, driven, 8));
    }
    /* Doubles are converted; what is not wanted is not written. */
    double doubles[8];
    for (int index = 0; index < 8; index++) doubles[index] = wave[index];
    lstmc_tensor other = { NULL, doubles, LSTMC_FLOAT64, 2, { 8, 1 } };
    memset(y, 0, sizeof y);
    WORKS(lstmc_run(model, &other, 1, 1, &memory, 1));
    CHECK(same(y, driven, 8));
    lstmc_memory unwanted = { NULL, 0 };
    WORKS(lstmc_run(model, &x, 1, 1, &unwanted, 1));

    /* A stream in chunks, its copy step by step. */
    lstmc_state *state = NULL, *copy = NULL;
    WORKS(lstmc_state_make(model, NULL, 0, &state));
    size_t index = 9, written = 9;
    CHECK(lstmc_stream_results(model, &index, 1) == 1 && index == 0);
    x.shape[0] = 5;
    memset(y, 0, sizeof y);
    WORKS(lstmc_state_process(state, &x, 1, &memory, 1, &written));
    CHECK(written == 5);
    WORKS(lstmc_state_copy(state, &copy));
    lstmc_tensor rest = { "x", wave + 5, LSTMC_FLOAT32, 2, { 3, 1 } };
    lstmc_memory tail = { y + 5, 3 * sizeof(float) };
    WORKS(lstmc_state_process(state, &rest, 1, &tail, 1, NULL));
    CHECK(same(y, driven, 8));
    lstmc_close(model);  /* the states go on */
    for (int step = 5; step < 8; step++) {
        float sample = 0;
        const void *inputs[1] = { wave + step };
        void *results[1] = { &sample };
        int given = 0;
        WORKS(lstmc_state_step(copy, inputs, results, &given));
        CHECK(given == 1 && same(&sample, driven + step, 1));
    }
    lstmc_state_free(state);
    lstmc_state_free(copy);
}

static void lengths_and_states(void) {
    lstmc_model *model = opened("Specs/SeedEncoder.lstm.yaml");
    lstmc_port port, result;
    CHECK(lstmc_input(model, 0, &port) && lstmc_result(model, 0, &result));
    size_t features = port.sizes[0], rows = 3, steps = 4;
    float *x = calloc(rows * steps * features, sizeof(float));
    CHECK(x);
    for (size_t index = 0; index < rows * steps * features; index++) x[index] = (float)(index % 7) / 7 - 0.4f;
    int64_t lengths[3] = { 4, 2, 1 };
    int batch_first = lstmc_batch_first(model);
    lstmc_tensor given[2] = {
        { "x", x, LSTMC_FLOAT32, 3, { batch_first ? rows : steps, batch_first ? steps : rows, features } },
        { "lengths", lengths, LSTMC_INT64, 1, { rows } },
    };
    size_t count = lstmc_result_count(model);
    lstmc_shape *shapes = calloc(count, sizeof *shapes);
    lstmc_memory *memory = calloc(count, sizeof *memory);
    CHECK(shapes && memory);
    WORKS(lstmc_shapes(model, given, 2, shapes, count));
    for (size_t index = 0; index < count; index++) {
        size_t bytes = sizeof(float);
        for (int32_t axis = 0; axis < shapes[index].rank; axis++) bytes *= shapes[index].shape[axis];
        memory[index].data = malloc(bytes);
        memory[index].bytes = bytes;
        CHECK(memory[index].data);
    }
    WORKS(lstmc_run(model, given, 2, 1, memory, count));
    WORKS(lstmc_run(model, given, 2, 1, memory, count));
    lengths[1] = 9;
    FAILS(lstmc_run(model, given, 2, 1, memory, count), "the length 9 of row 1 is not in 1 to 4");
    lengths[1] = 2;
    given[1].shape[0] = 2;
    FAILS(lstmc_run(model, given, 2, 1, memory, count), "has 2 values, but 3 are needed");
    given[1].shape[0] = rows;
    given[1].type = LSTMC_FLOAT32;
    FAILS(lstmc_run(model, given, 2, 1, memory, count), "'lengths' holds F32 values");
    given[1].type = LSTMC_INT64;
    given[1].name = "lenghts";
    FAILS(lstmc_run(model, given, 2, 1, memory, count), "'lenghts' is not used by the model; did you mean 'lengths'?");
    memory[0].bytes -= 1;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "needs");
    for (size_t index = 0; index < count; index++) free(memory[index].data);
    free(memory);
    free(shapes);
    free(x);
    lstmc_close(model);
}

static void tokens(void) {
    lstmc_model *model = opened("Specs/ThaiSegmenter.lstm.yaml");
    lstmc_port port;
    CHECK(lstmc_input(model, 0, &port) && port.type == LSTMC_INT32 && port.tokens == 74 && port.rank == 0);
    int32_t ids[3] = { 3, 73, 0 };
    int64_t wide[3] = { 3, 73, 0 };
    float first[12], second[12];
    lstmc_tensor given = { port.name, ids, LSTMC_INT32, 1, { 3 } };
    lstmc_memory memory = { first, sizeof first };
    WORKS(lstmc_run(model, &given, 1, 1, &memory, 1));
    lstmc_tensor others = { port.name, wide, LSTMC_INT64, 1, { 3 } };
    memory.data = second;
    WORKS(lstmc_run(model, &others, 1, 1, &memory, 1));
    CHECK(same(first, second, 12));
    ids[1] = 74;
    FAILS(lstmc_run(model, &given, 1, 1, &memory, 1), "token id 74 at position 1 is not in 0 to 73");
    wide[2] = -1;
    FAILS(lstmc_run(model, &others, 1, 1, &memory, 1), "token id -1 at position 2 is not in 0 to 73");
    given.type = LSTMC_FLOAT32;
    FAILS(lstmc_run(model, &given, 1, 1, &memory, 1), "holds F32 values");
    lstmc_state *state = NULL;
    FAILS(lstmc_state_make(model, NULL, 0, &state), "the model has no state, because layer 'lstm' needs the whole sequence");
    CHECK(!state);
    lstmc_close(model);
}

static void failures(void) {
    lstmc_model *model = NULL;
    FAILS(lstmc_open("nowhere.lstm.yaml", &model), "nowhere.lstm.yaml:1:1: error: the spec 'nowhere.lstm.yaml' cannot be opened");
    CHECK(!model);
    FAILS(lstmc_open(NULL, &model), "'path' is NULL");
    FAILS(lstmc_open("\xff", &model), "'path' is not UTF-8");
    FAILS(lstmc_open("x", NULL), "'model' is NULL");
    char *file = path("Examples/drive.pt");
    FAILS(lstmc_open(file, &model), "this is a PyTorch file, and no spec");
    free(file);

    const char *text = "lstmc: 1\ninput: { features: 4 }\nlayers:\n  - lstm: voice\n    hidden_size: 8\n    proj_size: 9\n";
    lstmc_error *error = lstmc_open_text(text, strlen(text), "Voice.lstm.yaml", &model);
    lstmc_diagnostic diagnostic;
    CHECK(error && lstmc_error_diagnostic(error, 0, &diagnostic) && diagnostic.notes == 1);
    CHECK(strcmp(diagnostic.path, "Voice.lstm.yaml") == 0 && diagnostic.line == 6 && diagnostic.column == 16);
    CHECK(lstmc_error_note(error, 0, 0, &diagnostic) && diagnostic.line == 5 && !lstmc_error_note(error, 0, 1, &diagnostic));
    CHECK(strcmp(diagnostic.message, "hidden_size is given here") == 0);
    FAILS(error, "    proj_size: 9\n");
    FAILS(lstmc_open_text("lstmc: 1", 8, "A.lstm.yaml", &model), "A.lstm.yaml");
    FAILS(lstmc_open_text(text, (size_t)-1, "A.lstm.yaml", &model), "'length' is more than memory can hold");
    FAILS(lstmc_open_text(NULL, 8, "A.lstm.yaml", &model), "'text' is NULL");
    const char *bare = "lstmc: 1\ninput: { features: 4 }\nlayers:\n  - lstm: voice\n    hidden_size: 8\n";
    FAILS(lstmc_open_text(bare, strlen(bare), "A.lstm.yaml", &model), "the spec has no 'weights'");

    model = opened("Specs/SeedOneLayer.lstm.yaml");
    lstmc_port port;
    CHECK(lstmc_input(model, 0, &port));
    float x[400] = { 0 }, y[400];
    size_t count = lstmc_result_count(model);
    lstmc_memory memory[4] = { { y, sizeof y }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    CHECK(count <= 4 && port.sizes[0] <= 100);
    lstmc_tensor given[2] = { { "x", x, LSTMC_FLOAT32, 2, { 3, port.sizes[0] } }, { "x", x, LSTMC_FLOAT32, 2, { 3, port.sizes[0] } } };
    WORKS(lstmc_run(model, given, 1, 1, memory, count));
    FAILS(lstmc_run(NULL, given, 1, 1, memory, count), "'model' is NULL");
    FAILS(lstmc_run(model, NULL, 1, 1, memory, count), "'given' is NULL");
    FAILS(lstmc_run(model, NULL, 0, 1, memory, count), "the model reads 'x', which is not given");
    FAILS(lstmc_run(model, given, 2, 1, memory, count), "'x' is given twice");
    FAILS(lstmc_run(model, given, (size_t)-1, 1, memory, count), "'given_count' is more than memory can hold");
    FAILS(lstmc_run(model, given, 1, (size_t)-1, memory, count), "it must be 1 or more");
    FAILS(lstmc_run(model, given, 1, 0, memory, count), "threads is 0");
    FAILS(lstmc_run(model, given, 1, 1, NULL, count), "'results' is NULL");
    FAILS(lstmc_run(model, given, 1, 1, memory, count + 1), "but there is memory for");
    given[0].shape[1] += 1;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "has shape");
    given[0].shape[1] -= 1;
    given[0].shape[0] = 0;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "");
    given[0].shape[0] = (size_t)-1;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "more elements than memory can hold");
    given[0].shape[0] = (size_t)1 << 40;
    given[0].data = NULL;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "has no data");
    given[0].data = x;
    given[0].shape[0] = 3;
    given[0].rank = 9;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "has 9 axes");
    given[0].rank = -1;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "has -1 axes");
    given[0].rank = 2;
    given[0].type = 77;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "has the type 77");
    given[0].type = LSTMC_INT64;
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "holds I64 values");
    given[0].type = LSTMC_FLOAT32;
    given[0].name = "voice";
    FAILS(lstmc_run(model, given, 1, 1, memory, count), "the model reads 'x', which is not given; what is given is");
    given[0].name = "x";

    lstmc_state *state = NULL;
    FAILS(lstmc_state_make(NULL, NULL, 0, &state), "'model' is NULL");
    FAILS(lstmc_state_make(model, NULL, 0, NULL), "'state' is NULL");
    lstmc_tensor first = { "h0", x, LSTMC_FLOAT32, 2, { 1, 3 } };
    FAILS(lstmc_state_make(model, &first, 1, &state), "'h0' has shape (1, 3)");
    WORKS(lstmc_state_make(model, NULL, 0, &state));
    size_t streamed = lstmc_stream_results(model, NULL, 0);
    FAILS(lstmc_state_process(NULL, given, 1, memory, streamed, NULL), "'state' is NULL");
    FAILS(lstmc_state_process(state, NULL, 0, memory, streamed, NULL), "which is not given");
    FAILS(lstmc_state_process(state, given, 1, memory, streamed + 1, NULL), "but there is memory for");
    FAILS(lstmc_state_process(state, given, 2, memory, streamed, NULL), "given twice");
    lstmc_memory small = { y, 1 };
    if (streamed == 1) FAILS(lstmc_state_process(state, given, 1, &small, 1, NULL), "but its memory has 1");
    given[0].rank = 3;
    given[0].shape[2] = given[0].shape[1];
    given[0].shape[1] = 1;
    FAILS(lstmc_state_process(state, given, 1, memory, streamed, NULL), "has a batch axis, but a state is one sequence's");
    FAILS(lstmc_state_step(state, NULL, NULL, NULL), "'inputs' is NULL");
    const void *nothing[1] = { NULL };
    FAILS(lstmc_state_step(state, nothing, NULL, NULL), "has no data");
    lstmc_state *copy = NULL;
    FAILS(lstmc_state_copy(NULL, &copy), "'state' is NULL");
    FAILS(lstmc_state_copy(state, NULL), "'copy' is NULL");
    lstmc_state_free(state);
    lstmc_close(model);

    lstmc_close(NULL);
    lstmc_state_free(NULL);
    lstmc_error_free(NULL);
    lstmc_text_free(NULL);
    CHECK(!lstmc_describe(NULL) && lstmc_input_count(NULL) == 0 && !lstmc_error_text(NULL) && !lstmc_result(NULL, 0, &port));
}

static void generates(void) {
    char *spec = path("Specs/SeedOneLayer.lstm.yaml"), *report = NULL;
    const char *specs[1] = { spec };
    WORKS(lstmc_generate(specs, 1, "generated", NULL, 0, &report));
    CHECK(strstr(report, "\"written\": "));
    lstmc_text_free(report);
    WORKS(lstmc_generate(specs, 1, "generated", "public", 1, NULL));
    FAILS(lstmc_generate(specs, 1, "generated", "internal", 1, NULL), "this file is not what its spec gives");
    FAILS(lstmc_generate(specs, 1, "generated", "private", 0, NULL), "'private' is no access level");
    FAILS(lstmc_generate(NULL, 1, "generated", NULL, 0, NULL), "'specs' is NULL");
    free(spec);
}

static lstmc_model *shared;

/* One model from all threads, and everything else beside it. */
static void *thread(void *argument) {
    (void)argument;
    for (int round = 0; round < 20; round++) {
        float y[8] = { 0 };
        lstmc_tensor x = { "x", wave, LSTMC_FLOAT32, 2, { 8, 1 } };
        lstmc_memory memory = { y, sizeof y };
        WORKS(lstmc_run(shared, &x, 1, 1, &memory, 1));
        CHECK(same(y, driven, 8));
        lstmc_state *state = NULL;
        WORKS(lstmc_state_make(shared, NULL, 0, &state));
        x.shape[0] = 4;
        WORKS(lstmc_state_process(state, &x, 1, &memory, 1, NULL));
        CHECK(same(y, driven, 4));
        lstmc_state_free(state);
        if (round % 5 == 0) failures();
        tokens();
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    root = arguments[1];
    CHECK(strchr(lstmc_version(), '.'));
    import_and_run();
    lengths_and_states();
    tokens();
    failures();
    generates();
    WORKS(lstmc_open("imported/Amp.lstm.yaml", &shared));
    pthread_t threads[8];
    for (int index = 0; index < 8; index++) CHECK(pthread_create(threads + index, NULL, thread, NULL) == 0);
    for (int index = 0; index < 8; index++) CHECK(pthread_join(threads[index], NULL) == 0);
    lstmc_close(shared);
    return 0;
}
