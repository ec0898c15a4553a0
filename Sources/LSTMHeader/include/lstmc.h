/* SPDX-License-Identifier: Apache-2.0
 *
 * liblstmc: run a model from its spec, in C, C++ and whatever calls C.
 *
 *     lstmc_model *model;
 *     lstmc_error *error = lstmc_open("Amp.lstm.yaml", &model);
 *     if (error) {
 *         fputs(lstmc_error_text(error), stderr);
 *         lstmc_error_free(error);
 *         return 1;
 *     }
 *     float x[8] = { 0 }, y[8];
 *     lstmc_tensor given = { "x", x, LSTMC_FLOAT32, 2, { 8, 1 } };
 *     lstmc_memory result = { y, sizeof y };
 *     error = lstmc_run(model, &given, 1, 1, &result, 1);
 *
 * A function that can fail returns NULL where it worked, and else an error that the caller frees. Nothing here ends the
 * program, prints, or keeps anything outside of what it gives back. Any thread may call any function; one model may run in any
 * number of threads at once, and a state is used by one at a time (another is refused). What a pointer leads to must be what is
 * said here: sizes are checked, addresses cannot be.
 *
 * Text is UTF-8. Tensors are row-major, of this machine's byte order.
 */

#ifndef LSTMC_H
#define LSTMC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A model that is ready to run. */
typedef struct lstmc_model lstmc_model;
/* What one stream remembers. */
typedef struct lstmc_state lstmc_state;
/* What is wrong, with every place. */
typedef struct lstmc_error lstmc_error;

/* The version of the library, such as "0.1.0". */
const char *lstmc_version(void);

/* ---- Errors ---- */

/* One thing that is wrong. The text lives as long as the error. */
typedef struct lstmc_diagnostic {
    const char *severity; /* "error" or "warning" */
    const char *code;     /* a stable name, such as "unknown-key"; NULL in a note */
    const char *message;  /* one sentence */
    const char *path;     /* the file that it is in; NULL where it is of no file: of what a function was given */
    size_t line, column;  /* from 1, in Unicode scalars; 0 where there is no path */
    size_t length;        /* the columns that belong to the place */
    size_t notes;         /* how many sentences explain it */
} lstmc_diagnostic;

/* All of it as people read it, with the lines of the files. */
const char *lstmc_error_text(const lstmc_error *error);
/* The same for programs: a JSON array with an object for each. */
const char *lstmc_error_json(const lstmc_error *error);
size_t lstmc_error_count(const lstmc_error *error);
/* 1, or 0 where there is no such one. */
int lstmc_error_diagnostic(const lstmc_error *error, size_t index, lstmc_diagnostic *diagnostic);
/* A sentence that explains a diagnostic: its message and its place. */
int lstmc_error_note(const lstmc_error *error, size_t index, size_t note, lstmc_diagnostic *diagnostic);
void lstmc_error_free(lstmc_error *error);

/* ---- Models ---- */

/* Opens a spec with its weights. */
lstmc_error *lstmc_open(const char *path, lstmc_model **model);
/* Opens a spec's text as if it stood at `path`, which says where its files are and what messages call it; nothing need be there. */
lstmc_error *lstmc_open_text(const char *text, size_t length, const char *path, lstmc_model **model);
/* States of the model go on. */
void lstmc_close(lstmc_model *model);

/* What elements are. Floats may be given as any of the first four, and token ids and lengths as either of the last two; what is
 * LSTMC_FLOAT32, or LSTMC_INT32 for token ids, is read where it is, and everything else is converted. */
enum {
    LSTMC_FLOAT32 = 1,
    LSTMC_FLOAT64 = 2,
    LSTMC_FLOAT16 = 3,
    LSTMC_BFLOAT16 = 4,
    LSTMC_INT32 = 5,
    LSTMC_INT64 = 6
};

/* The most axes of a tensor. */
#define LSTMC_MAX_RANK 8

/* What axes stand before the sizes of an input or a result. */
enum {
    LSTMC_PER_STEP = 1,     /* (time[, batch], ...), or ([batch,] time, ...) where the spec has batch_first */
    LSTMC_PER_SEQUENCE = 2, /* ([batch,] ...) */
    LSTMC_PER_STATE = 3     /* (states[, batch], size): h_n, c_n, h0, c0 */
};

/* An input, a result or a first state. Its name lives as long as the model. */
typedef struct lstmc_port {
    const char *name;
    int32_t type;   /* LSTMC_FLOAT32; LSTMC_INT32 of token ids; LSTMC_INT64 of results that are integers */
    int32_t per;    /* LSTMC_PER_STEP, LSTMC_PER_SEQUENCE or LSTMC_PER_STATE */
    size_t tokens;  /* of token ids, how many there are: 0 to tokens - 1; else 0 */
    int32_t rank;   /* of `sizes` */
    size_t sizes[LSTMC_MAX_RANK]; /* of one step, or one sequence; (states, size) of a state */
} lstmc_port;

size_t lstmc_input_count(const lstmc_model *model);
/* 1, or 0 where there is no such one. */
int lstmc_input(const lstmc_model *model, size_t index, lstmc_port *port);
size_t lstmc_result_count(const lstmc_model *model);
int lstmc_result(const lstmc_model *model, size_t index, lstmc_port *port);
/* The first states that a run may be given. */
size_t lstmc_first_state_count(const lstmc_model *model);
int lstmc_first_state(const lstmc_model *model, size_t index, lstmc_port *port);
/* 1 where a batch is (batch, time, ...), 0 where it is (time, batch, ...). */
int lstmc_batch_first(const lstmc_model *model);
/* Everything about the model as a JSON object: layers, shapes, parameters, cost, labels, warnings. Lives as long as the model. */
const char *lstmc_describe(const lstmc_model *model);

/* ---- Runs ---- */

/* A tensor that is given to a model, by the name of an input (NULL: the first input), of a first state (`h0`), or `lengths` (`NAME.lengths`
 * where inputs have lengths of their own). */
typedef struct lstmc_tensor {
    const char *name;
    const void *data;
    int32_t type;
    int32_t rank;
    size_t shape[LSTMC_MAX_RANK];
} lstmc_tensor;

/* The shape of a result. */
typedef struct lstmc_shape {
    int32_t type; /* LSTMC_FLOAT32, or LSTMC_INT64 */
    int32_t rank;
    size_t shape[LSTMC_MAX_RANK];
} lstmc_shape;

/* Where a result goes, at least as many bytes as it has. NULL, 0: it is not wanted. */
typedef struct lstmc_memory {
    void *data;
    size_t bytes;
} lstmc_memory;

/* The shapes of all results for what is given, whose values are not looked at but for lengths. `count` of `shapes` is lstmc_result_count. */
lstmc_error *lstmc_shapes(
    const lstmc_model *model, const lstmc_tensor *given, size_t given_count, lstmc_shape *shapes, size_t count);

/* Runs the model on whole sequences. `count` of `results` is lstmc_result_count. The bits are the same whatever `threads` (1 or more) is. */
lstmc_error *lstmc_run(
    const lstmc_model *model, const lstmc_tensor *given, size_t given_count, size_t threads,
    const lstmc_memory *results, size_t count);

/* ---- Streams ---- */

/* Begins a stream; an error where the model needs whole sequences. `given` may hold first states, without a batch axis; NULL, 0: as the
 * checkpoint has them, or zeros. */
lstmc_error *lstmc_state_make(
    const lstmc_model *model, const lstmc_tensor *given, size_t given_count, lstmc_state **state);
/* Another stream that goes on from here. */
lstmc_error *lstmc_state_copy(const lstmc_state *state, lstmc_state **copy);
void lstmc_state_free(lstmc_state *state);

/* The results that a stream gives at each step, by their index among all; parts of a state are none. Returns how many there are, and
 * writes the first `capacity` of them. */
size_t lstmc_stream_results(const lstmc_model *model, size_t *indices, size_t capacity);

/* Runs the next steps of a stream, any number of them: the same bits as in one run over all of them. `given` are the inputs, without a
 * batch axis. `results` has memory for as many steps as are given, for each result of lstmc_stream_results. `written`, unless it is NULL, is
 * how many steps gave a result: all but the first of a stream whose windows are not full yet. */
lstmc_error *lstmc_state_process(
    lstmc_state *state, const lstmc_tensor *given, size_t given_count, const lstmc_memory *results, size_t count,
    size_t *written);

/* Runs one step, and allocates nothing where it works. `inputs` has an address for each input: floats, or an int32_t token id. `results` has
 * one for each result of lstmc_stream_results: floats, or int64_t. `given`, unless it is NULL, is 1 where the step gave a result. */
lstmc_error *lstmc_state_step(lstmc_state *state, const void *const *inputs, void *const *results, int *given);

/* ---- What the command line does ---- */

/* The options of lstmc_import; all zero is none of them. */
typedef struct lstmc_import_options {
    const char *name;                /* the model's; NULL: from the file's */
    const char *key;                 /* where in a .pt file the state_dict is; NULL: it is found */
    const char *against;             /* a file with inputs and the framework's results; NULL: none */
    const char *const *ignore;       /* patterns of tensors that the model does without */
    size_t ignore_count;
    const char *const *set_names;    /* sizes and integers that an ONNX file leaves open */
    const int64_t *set_values;
    size_t set_count;
    int32_t batch_first, last, select, safetensors, ignore_skip, force;
} lstmc_import_options;

/* Writes a spec of a model's file into a folder: `lstmc import`. `options` may be NULL. `report`, which lstmc_text_free frees, is a JSON
 * object: `spec`, `written`, `assumptions`, `proof`, `warnings`. */
lstmc_error *lstmc_import(const char *file, const char *folder, const lstmc_import_options *options, char **report);

/* Writes a Swift type for each spec into a folder: `lstmc generate`. `access` is "public", "package" or "internal"; NULL is "public". Where
 * `check` is not 0 nothing is written, and a file that differs is an error. `report` is a JSON object: `written`, `warnings`. */
lstmc_error *lstmc_generate(
    const char *const *specs, size_t count, const char *folder, const char *access, int32_t check, char **report);

void lstmc_text_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
