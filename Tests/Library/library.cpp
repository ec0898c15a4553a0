// SPDX-License-Identifier: Apache-2.0
//
// The header in C++: opens a spec, runs it, and catches what is wrong. Run with the clone's folder as its argument.

#include <lstmc.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

void check(lstmc_error *error) {
    if (error == nullptr) return;
    const std::string text = lstmc_error_text(error);
    lstmc_error_free(error);
    throw std::runtime_error(text);
}

using Model = std::unique_ptr<lstmc_model, decltype(&lstmc_close)>;

Model open(const std::string &path) {
    lstmc_model *model = nullptr;
    check(lstmc_open(path.c_str(), &model));
    return Model(model, lstmc_close);
}

std::vector<float> run(const lstmc_model *model, const std::vector<int32_t> &ids) {
    const lstmc_tensor given = { nullptr, ids.data(), LSTMC_INT32, 1, { ids.size() } };
    lstmc_shape shape;
    check(lstmc_shapes(model, &given, 1, &shape, 1));
    std::vector<float> result(shape.shape[0] * shape.shape[1]);
    const lstmc_memory memory = { result.data(), result.size() * sizeof(float) };
    check(lstmc_run(model, &given, 1, 1, &memory, 1));
    return result;
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 2) return 64;
    const std::string root = arguments[1];
    try {
        const Model model = open(root + "/Specs/ThaiSegmenter.lstm.yaml");
        const std::vector<int32_t> ids = { 39, 28, 39, 25, 19, 52 };
        const std::vector<float> first = run(model.get(), ids);
        std::vector<std::vector<float>> results(4);
        std::vector<std::thread> threads;
        for (auto &result : results) threads.emplace_back([&] { result = run(model.get(), ids); });
        for (auto &thread : threads) thread.join();
        for (const auto &result : results) {
            if (result != first) throw std::runtime_error("a thread has other bits");
        }
        try {
            run(model.get(), { 99 });
            throw std::logic_error("token 99 was taken");
        } catch (const std::runtime_error &error) {
            if (std::string(error.what()).find("token id 99") == std::string::npos) throw;
        }
    } catch (const std::exception &error) {
        std::fprintf(stderr, "library.cpp: %s\n", error.what());
        return 1;
    }
    return 0;
}
