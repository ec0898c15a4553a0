// SPDX-License-Identifier: Apache-2.0
//
// RTNeural's compile-time lstm: nanoseconds a step, the least of many passes over 1,024 steps, for each size of the sweep.
//
//     streaming SECONDS      prints a line HIDDEN NANOSECONDS for each

#include <RTNeural/RTNeural.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

template <int inputs, int hidden>
static void measure(double seconds) {
    using Layer = RTNEURAL_NAMESPACE::LSTMLayerT<float, inputs, hidden>;
    // Too large for the stack at hidden 256.
    auto model = std::make_unique<RTNEURAL_NAMESPACE::ModelT<float, inputs, hidden, Layer>>();
    std::mt19937 generator(1);
    const float bound = 1 / std::sqrt(float(hidden));
    std::uniform_real_distribution<float> weight(-bound, bound), sample(-1, 1);
    const auto matrix = [&](int rows) {
        std::vector<std::vector<float>> values(rows, std::vector<float>(4 * hidden));
        for (auto &row : values)
            for (auto &value : row) value = weight(generator);
        return values;
    };
    auto &layer = model->template get<0>();
    layer.setWVals(matrix(inputs));
    layer.setUVals(matrix(hidden));
    auto bias = matrix(1)[0];
    layer.setBVals(bias);
    model->reset();

    constexpr int steps = 1024;
    std::vector<float> x(steps * inputs);
    for (auto &value : x) value = sample(generator);
    alignas(64) float frame[inputs];
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    double least = 1e30, sum = 0;
    while (Clock::now() < end) {
        const auto start = Clock::now();
        for (int t = 0; t < steps; t += 1) {
            std::copy_n(&x[t * inputs], inputs, frame);
            sum += model->forward(frame);
        }
        least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
    }
    // What is not used might not be computed.
    if (std::isnan(sum)) std::exit(1);
    std::printf("%d %.1f\n", hidden, 1e9 * least / steps);
}

int main(int count, char **arguments) {
    const double seconds = count > 1 ? std::atof(arguments[1]) : 0.3;
    measure<1, 8>(seconds);
    measure<1, 12>(seconds);
    measure<1, 16>(seconds);
    measure<1, 20>(seconds);
    measure<1, 24>(seconds);
    measure<1, 32>(seconds);
    measure<1, 40>(seconds);
    measure<1, 48>(seconds);
    measure<1, 64>(seconds);
    measure<1, 80>(seconds);
    measure<128, 128>(seconds);
    measure<256, 256>(seconds);
}
