let drive = Drive()
let wave: [Float] = [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5]

print(try drive(wave))
