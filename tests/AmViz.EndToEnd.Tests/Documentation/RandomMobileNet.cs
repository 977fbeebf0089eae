using System.Runtime.InteropServices;
using System.Text.Json;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>A MobileNetV1 of width 1 and 1000 classes with random weights.</summary>
internal static class RandomMobileNet
{
    private const int Classes = 1000;

    private static readonly int[] Outputs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];

    /// <summary>Its weights, as safetensors.</summary>
    public static Lazy<byte[]> Weights { get; } = new(Write);

    /// <summary>Its <c>config.json</c>.</summary>
    public static byte[] Config() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        architecture = "mobilenet_v1",
        classes = Classes,
        labels = Enumerable.Range(0, Classes).Select(index => $"class {index}"),
        preprocessing = "x / 127.5 - 1",
        padding = "TensorFlow SAME",
        activation = "relu6",
        width = 1,
        batchNorm = "separate, epsilon 1e-3",
        inputSize = 224,
    });

    private static byte[] Write()
    {
        var random = new Random(1);
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        var values = new List<float>();
        foreach (var (name, shape, from, to) in Tensors())
        {
            var begin = values.Count * sizeof(float);
            values.AddRange(Enumerable.Range(0, shape.Aggregate((product, side) => product * side)).Select(_ => from + ((to - from) * random.NextSingle())));
            header.Add(name, new { dtype = "F32", shape, data_offsets = (int[])[begin, values.Count * sizeof(float)] });
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))];
    }

    /// <summary>Every tensor, with the range of its values; of batch-norm they are what changes nothing.</summary>
    private static IEnumerable<(string Name, int[] Shape, float From, float To)> Tensors()
    {
        var channels = 32;
        foreach (var tensor in Convolution("conv1", [channels, 3, 3, 3]))
        {
            yield return tensor;
        }

        for (var block = 1; block <= Outputs.Length; block++)
        {
            foreach (var tensor in Convolution($"conv_dw_{block}", [channels, 1, 3, 3]).Concat(Convolution($"conv_pw_{block}", [Outputs[block - 1], channels, 1, 1])))
            {
                yield return tensor;
            }

            channels = Outputs[block - 1];
        }

        yield return ("conv_preds.weight", [Classes, channels, 1, 1], -Bound(channels), Bound(channels));
        yield return ("conv_preds.bias", [Classes], 0, 0);
    }

    private static IEnumerable<(string Name, int[] Shape, float From, float To)> Convolution(string name, int[] shape)
    {
        var bound = Bound(shape[1] * shape[2] * shape[3]);
        yield return ($"{name}.weight", shape, -bound, bound);
        yield return ($"{name}_bn.weight", [shape[0]], 1, 1);
        yield return ($"{name}_bn.bias", [shape[0]], 0, 0);
        yield return ($"{name}_bn.running_mean", [shape[0]], 0, 0);
        yield return ($"{name}_bn.running_var", [shape[0]], 1, 1);
    }

    /// <summary>Keeps the scale of activations behind a ReLU (He et al. 2015).</summary>
    private static float Bound(int inputs) => MathF.Sqrt(6f / inputs);
}
