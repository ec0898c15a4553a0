// SPDX-License-Identifier: Apache-2.0
//
// How a layer's work is shared out. Rows and directions need nothing of one another. Units of a layer do: each reads the
// whole state before a step, so their threads meet after each. In exchange each thread multiplies by its own part of the
// weights alone, which stays in its core's cache: where weights are many and rows few, that is what counts.

#include "rounding.inc"

#include "lstmc_layout.h"
#include "lstmc_together.h"
#include "team.h"

#include <string.h>

// Called a few times a call, and a program carries it whether it asks for threads or not.
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

enum {
    /// Multiply-adds that are worth another thread: some 20 microseconds, several times what it takes to wake one up.
    least_macs = 1 << 18,
    /// From so many units on their weights are too many for a core's cache.
    shared_units = 256,
    /// With more rows to a thread, weights are used often enough as they come, and nobody waits for anybody.
    few_rows = 8,
    /// Unit blocks to a thread: a meeting costs what a few take.
    least_blocks = 4,
    /// Rows of a product that are worth a thread.
    least_rows = 8,
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// How many of `threads` so many multiply-adds are worth.
static size_t worth(size_t threads, size_t macs) {
    return least(lstmc_team_threads(threads), lstmc_team_is_assumed() ? macs : macs / least_macs);
}

/// Part `part` of `parts` of `count` things begins there.
static size_t start(size_t count, size_t part, size_t parts) { return count * part / parts; }

/// Bytes of a lane's weights.
static size_t lane_bytes(const struct lstmc_matrix *m) {
    switch (m->precision) {
    case LSTMC_FLOAT32: return m->inputs * sizeof(float);
    case LSTMC_FLOAT16:
    case LSTMC_BFLOAT16: return m->inputs * sizeof(uint16_t);
    case LSTMC_INT8: return (m->inputs + 3) / 4 * 4;
    }
    return 0;
}

/// The panels `from ..< to`, the wide ones of `wide` lanes and the narrow ones of `narrow`, as a matrix; `*first` is its first output.
static struct lstmc_matrix some_panels(const struct lstmc_matrix *m, size_t wide, size_t narrow, size_t from, size_t to,
                                       size_t *first) {
    const size_t wide_from = least(from, m->wide_panels), wide_to = least(to, m->wide_panels);
    const size_t lane = wide_from * wide + (from - wide_from) * narrow;
    struct lstmc_matrix some = *m;
    some.wide_panels = wide_to - wide_from, some.narrow_panels = to - from - some.wide_panels;
    const size_t lanes = some.wide_panels * wide + some.narrow_panels * narrow;
    some.outputs = least(lanes, m->outputs - lane);
    some.weights = (const char *)m->weights + lane * lane_bytes(m);
    if (m->bias != NULL) some.bias = m->bias + lane;
    if (m->precision == LSTMC_INT8) some.scales = m->scales + lane, some.moves = m->moves + lane;
    *first = lane;
    return some;
}

// MARK: Recurrent layers

/// How many parts there are of each: part p has direction p % directions, and the rows or units p / directions.
struct grid {
    size_t directions, rows, units;
};

static size_t parts_of(const struct grid *grid) { return grid->directions * grid->rows * grid->units; }

static struct grid cut(const struct lstmc_recurrent *l, size_t directions, size_t batch, size_t parts) {
    struct grid grid = {parts >= directions ? directions : 1, 1, 1};
    // Rows in as many parts as there are threads beat directions that leave one over.
    if (parts % grid.directions != 0 && batch >= parts * few_rows) grid.directions = 1;
    const size_t each = parts / grid.directions;
    if (l->hidden_size >= shared_units && !l->reset_before && batch < each * few_rows) {
        grid.units = least(each, l->blocks / least_blocks);
    } else {
        grid.rows = least(each, batch);
    }
    return grid;
}

/// The units of one part.
static struct lstmc_recurrent some_units(const struct lstmc_recurrent *l, size_t part, size_t parts, struct lstmc_share *share) {
    const size_t from = start(l->blocks, part, parts), to = start(l->blocks, part + 1, parts), lanes = (size_t)l->lanes;
    const size_t wide = (size_t)l->gates * lanes, panels = l->projection.wide_panels + l->projection.narrow_panels;
    size_t first;
    struct lstmc_recurrent some = *l;
    some.blocks = to - from;
    some.input = some_panels(&l->input, wide, lanes, from, to, &first);
    some.hidden = some_panels(&l->hidden, wide, lanes, from, to, &first);
    share->units = from * lanes, share->states = 0;
    if (l->projected)
        some.projection = some_panels(&l->projection, 4 * lanes, lanes, start(panels, part, parts),
                                      start(panels, part + 1, parts), &share->states);
    return some;
}

/// Floats for the numbers of a part's own rows and for their lengths, where it has not all of them.
static size_t rows_floats(const struct grid *grid, size_t batch) {
    return grid->rows > 1 ? 2 * lstmc_padded((batch + grid->rows - 1) / grid->rows) : 0;
}

/// Floats of one part's memory: its own rows and their lengths, then what its run takes.
static size_t part_floats(const struct lstmc_recurrent *l, const struct grid *grid, size_t steps, size_t batch) {
    const size_t rows = (batch + grid->rows - 1) / grid->rows, blocks = l->blocks / grid->units;
    const size_t fewer = lstmc_share_workspace(l, blocks, steps, rows);
    // Some parts have one block more, but fewer rows of input parts at once.
    const size_t more = grid->units > 1 ? lstmc_share_workspace(l, blocks + 1, steps, rows) : 0;
    return lstmc_padded(fewer > more ? fewer : more) + rows_floats(grid, batch);
}

size_t lstmc_together_workspace(const struct lstmc_recurrent *l, size_t directions, size_t steps, size_t batch,
                                size_t threads) {
    size_t most = lstmc_run_workspace(l, steps, batch);
    for (size_t parts = lstmc_team_threads(threads); parts > 1; parts -= 1) {
        const struct grid grid = cut(l, directions, batch, parts);
        const size_t floats = LSTMC_LINE_FLOATS + parts_of(&grid) * part_floats(l, &grid, steps, batch);
        if (floats > most) most = floats;
    }
    return most;
}

/// A run's passes, and where the threads of each meet.
struct run {
    const struct lstmc_recurrent *l;
    const struct lstmc_pass *passes;
    size_t directions, batch;
    struct lstmc_meeting meetings[2];
};

/// A thread's share of a run, as the kernels have it.
struct place {
    struct lstmc_share share;
    struct lstmc_meeting *meeting;
    size_t parts;
};

static void meet(const struct lstmc_share *share) {
    const struct place *const place = (const struct place *)(const void *)share;
    lstmc_meet(place->meeting, place->parts);
}

/// Rows `part`, `part + parts`, ... of a pass where they are longest first, so that each part has long ones and short ones;
/// else some rows side by side. `memory` has room for their numbers and lengths.
static struct lstmc_pass some_rows(const struct lstmc_recurrent *l, const struct lstmc_pass *whole, size_t part, size_t parts,
                                   float *memory) {
    struct lstmc_pass some = *whole;
    size_t first = start(whole->batch, part, parts);
    if (whole->order == NULL) {
        some.batch = start(whole->batch, part + 1, parts) - first;
    } else {
        if (parts > 1) {
            int32_t *const order = (int32_t *)(void *)memory;
            int32_t *const lengths = order + lstmc_padded((whole->batch + parts - 1) / parts);
            some.batch = 0;
            for (size_t row = part; row < whole->batch; row += parts, some.batch += 1)
                order[some.batch] = whole->order[row], lengths[some.batch] = whole->lengths[row];
            some.order = order, some.lengths = lengths;
        }
        if (some.batch != 1) return some;
        // A single row is a batch of its own, to which nothing of the others' order applies.
        first = (size_t)*some.order;
        some.steps = (size_t)*some.lengths;
        some.order = some.lengths = NULL;
    }
    some.x += first * some.x_row;
    if (some.y != NULL) some.y += first * some.y_row;
    some.h += first * l->state_size;
    if (some.c != NULL) some.c += first * l->hidden_size;
    return some;
}

static void run_part(void *context, size_t part, size_t parts) {
    struct run *const run = context;
    const struct lstmc_recurrent *whole = run->l;
    const struct grid grid = cut(whole, run->directions, run->batch, parts);
    if (part >= parts_of(&grid)) return;
    const size_t steps = run->passes->steps, floats = part_floats(whole, &grid, steps, run->batch), number = part / grid.directions;
    float *const memory = (float *)(((uintptr_t)run->passes->workspace + 63) & ~(uintptr_t)63);
    for (size_t direction = part % grid.directions; direction < run->directions; direction += grid.directions) {
        const struct lstmc_recurrent *const l = whole + direction;
        float *const own = memory + part * floats;
        struct lstmc_pass pass = some_rows(l, run->passes + direction, grid.units > 1 ? 0 : number, grid.rows, own);
        pass.workspace = own + rows_floats(&grid, run->batch);
        if (pass.batch == 0) continue;
        struct place place = {.meeting = &run->meetings[direction], .parts = grid.units};
        struct lstmc_recurrent units;
        if (grid.units > 1) {
            units = some_units(l, number, grid.units, &place.share);
            place.share.own = &units, place.share.leads = number == 0, place.share.meet = meet;
            place.share.workspace = pass.workspace - number * grid.directions * floats;
            pass.share = &place.share;
        }
        l->run(l, &pass);
        // A row that is alone knows no longer steps.
        if (number == 0 || grid.units == 1)
            for (size_t t = pass.steps; pass.y != NULL && t < steps; t += 1)
                memset(pass.y + t * pass.y_time, 0, l->state_size * sizeof(float));
    }
}

/// Multiply-adds of a pass.
static size_t macs(const struct lstmc_recurrent *l, const struct lstmc_pass *pass) {
    size_t steps = pass->lengths == NULL ? pass->batch * pass->steps : 0;
    if (pass->lengths != NULL)
        for (size_t row = 0; row < pass->batch; row += 1) steps += (size_t)pass->lengths[row];
    const size_t projection = l->projected ? l->state_size : 0;
    return steps * l->hidden_size * ((size_t)l->gates * (l->input.inputs + l->hidden.inputs) + projection);
}

void lstmc_run_together(const struct lstmc_recurrent *l, const struct lstmc_pass *passes, size_t directions,
                        size_t threads) {
    struct run run;
    run.l = l, run.passes = passes, run.directions = directions, run.batch = 0;
    size_t all = 0;
    for (size_t direction = 0; direction < directions; direction += 1) {
        const struct lstmc_pass *const pass = passes + direction;
        if (pass->batch > run.batch) run.batch = pass->batch;
        all += macs(l + direction, pass);
    }
    const size_t most = worth(threads, all);
    if (most < 2) {
        run_part(&run, 0, 1);
        return;
    }
    for (size_t direction = 0; direction < directions; direction += 1) lstmc_meeting_init(&run.meetings[direction]);
    // No more than have something to do.
    const struct grid grid = cut(l, directions, run.batch, most);
    lstmc_together(parts_of(&grid), run_part, &run);
    for (size_t direction = 0; direction < directions; direction += 1) lstmc_meeting_end(&run.meetings[direction]);
}

// MARK: Products

struct product {
    lstmc_product multiply;
    const struct lstmc_matrix *m;
    const float *x;
    float *y;
    size_t lanes, x_stride, rows, y_stride;
};

/// Some rows; where there are few, some outputs of all.
static void multiply_part(void *context, size_t part, size_t parts) {
    const struct product *const p = context;
    if (p->rows >= parts * least_rows) {
        const size_t from = start(p->rows, part, parts), to = start(p->rows, part + 1, parts);
        p->multiply(p->m, NULL, p->x + from * p->x_stride, p->x_stride, to - from, p->y + from * p->y_stride, p->y_stride);
        return;
    }
    const size_t panels = p->m->wide_panels + p->m->narrow_panels;
    const size_t from = start(panels, part, parts), to = start(panels, part + 1, parts);
    if (from == to) return;
    size_t first;
    const struct lstmc_matrix some = some_panels(p->m, 4 * p->lanes, p->lanes, from, to, &first);
    p->multiply(&some, NULL, p->x, p->x_stride, p->rows, p->y + first, p->y_stride);
}

void lstmc_multiply_together(lstmc_product multiply, const struct lstmc_matrix *m, int lanes, const float *x, size_t x_stride,
                             size_t rows, float *y, size_t y_stride, size_t threads) {
    struct product product = {.multiply = multiply, .m = m, .x = x, .y = y, .lanes = (size_t)lanes, .x_stride = x_stride,
                              .rows = rows, .y_stride = y_stride};
    lstmc_together(worth(threads, rows * m->inputs * m->outputs), multiply_part, &product);
}

#pragma clang attribute pop
