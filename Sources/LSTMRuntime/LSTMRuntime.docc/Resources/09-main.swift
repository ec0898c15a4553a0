let drive = Drive()
let wave: [Float] = [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5]

var state = Drive.State()
var output = try drive.process(Array(wave[..<4]), state: &state)

var sample: ContiguousArray<Float> = [0]
for index in 4..<8 {
    let frame = wave[index...index]
    var result = sample.mutableSpan
    drive.step(frame.span, state: &state, into: &result)
    output += sample
}

print(output)
print("the same as at once:", try output == drive(wave))
