using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>A whole MobileNetV1 of a sixteenth of the width, its weights filled by a formula: 57 kB that every machine can make.</summary>
/// <remarks>
/// Tensor number n (from 1, in the order of computation) holds centre + amplitude * sin(0.7 k + 1.3 n) at place k. A few
/// lines of any other framework make the same network; the expected numbers of the tests come from PyTorch 1.13.
/// </remarks>
internal sealed class TinyWeights
{
    public const double Width = 0.0625;
    public const int Classes = 10;
    public const double Epsilon = 1e-3;

    private readonly Dictionary<string, float[]> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> shapes = new(StringComparer.Ordinal);

    /// <summary>Parts of <c>config.json</c>, to be changed by a test.</summary>
    public Dictionary<string, object?> Config { get; } = new(StringComparer.Ordinal)
    {
        ["architecture"] = "mobilenet_v1",
        ["classes"] = Classes,
        ["labels"] = "labels.json",
        ["preprocessing"] = "x / 127.5 - 1 (RGB, 0..255)",
        ["padding"] = "TensorFlow SAME: stride 2 on even sizes pads bottom and right only",
        ["activation"] = "relu6",
        ["layout"] = "PyTorch: OIHW, depthwise [C,1,3,3]",
        ["width"] = Width,
        ["inputSize"] = 32,
        ["batchNorm"] = "separate: *_bn.{weight,bias,running_mean,running_var}, epsilon 1e-3",
        ["provenance"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["source"] = "a formula", ["license"] = "MIT" },
    };

    /// <summary>Contents of <c>labels.json</c>; null for none.</summary>
    public string? Labels { get; set; } = JsonSerializer.Serialize(Enumerable.Range(0, Classes).Select(i => $"label {i}"));

    /// <summary>The values of each tensor, to be changed by a test.</summary>
    public Dictionary<string, float[]> Values => values;

    public Dictionary<string, long[]> Shapes => shapes;

    /// <param name="inputChannels">Channels of its pictures.</param>
    public static TinyWeights Separate(int inputChannels = 3)
    {
        var tiny = new TinyWeights();
        tiny.Config["inputChannels"] = inputChannels;
        foreach (var (weight, shape, norm) in Units(inputChannels))
        {
            tiny.Fill(weight, shape, 0, 2 / Math.Sqrt(shape[1..].Aggregate((a, b) => a * b)));
            tiny.Fill(norm[0], [shape[0]], 1, 0.25);
            tiny.Fill(norm[1], [shape[0]], 0.5, 0.5);
            tiny.Fill(norm[2], [shape[0]], 0, 0.1);
            tiny.Fill(norm[3], [shape[0]], 1, 0.5);
        }

        tiny.Fill("conv_preds.weight", [Classes, 64, 1, 1], 0, 2 / Math.Sqrt(64));
        tiny.Fill("conv_preds.bias", [Classes], 0, 1);
        return tiny;
    }

    /// <summary>The same network with batch-norm folded into weight and bias by the schoolbook formula.</summary>
    public static TinyWeights Folded()
    {
        TinyWeights separate = Separate();
        var folded = new TinyWeights();
        folded.Config["batchNorm"] = "folded into weight and bias";
        foreach (var (weight, shape, norm) in Units())
        {
            float[] kernel = [.. separate.values[weight]];
            float[] bias = new float[shape[0]];
            int perChannel = kernel.Length / bias.Length;
            for (int c = 0; c < bias.Length; c++)
            {
                double[] parts = [.. norm.Select(name => (double)separate.values[name][c])];
                double scale = parts[0] / Math.Sqrt(parts[3] + Epsilon);
                bias[c] = (float)(parts[1] - parts[2] * scale);
                for (int k = 0; k < perChannel; k++)
                {
                    kernel[c * perChannel + k] = (float)(kernel[c * perChannel + k] * scale);
                }
            }

            folded.Set(weight, shape, kernel);
            folded.Set(weight.Replace(".weight", ".bias", StringComparison.Ordinal), [shape[0]], bias);
        }

        foreach (string head in new[] { "conv_preds.weight", "conv_preds.bias" })
        {
            folded.Set(head, separate.shapes[head], separate.values[head]);
        }

        return folded;
    }

    public void Set(string name, long[] shape, float[] tensor)
    {
        values[name] = tensor;
        shapes[name] = shape;
    }

    public void Remove(string name)
    {
        values.Remove(name);
        shapes.Remove(name);
    }

    /// <summary>The bytes of <c>model.safetensors</c>.</summary>
    public byte[] Safetensors(ElementType type = ElementType.F32)
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, values.ToDictionary(v => v.Key, v => torch.tensor(v.Value, shapes[v.Key]), StringComparer.Ordinal), metadata: null, type);
        return stream.ToArray();
    }

    /// <summary>The bytes of <c>config.json</c>, with the digest of the weights unless the test set one.</summary>
    public byte[] ConfigJson(byte[] safetensors)
    {
        Config.TryAdd("sha256", Convert.ToHexStringLower(SHA256.HashData(safetensors)));
        return JsonSerializer.SerializeToUtf8Bytes(Config.Where(field => field.Value is not null).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>Opens it from memory.</summary>
    public WeightsFolder Open(string name = "tiny", ElementType type = ElementType.F32)
    {
        byte[] weights = Safetensors(type);
        return Open(name, weights, ConfigJson(weights));
    }

    /// <summary>Opens given bytes from memory, with these labels.</summary>
    public WeightsFolder Open(string name, byte[] weights, byte[] config)
    {
        byte[]? labels = Labels is null ? null : System.Text.Encoding.UTF8.GetBytes(Labels);
        return WeightsFolder.Open(name, folder: null, "model.safetensors", file => file switch
        {
            "model.safetensors" => new MemoryStream(weights, writable: false),
            "config.json" => new MemoryStream(config, writable: false),
            "labels.json" when labels is not null => new MemoryStream(labels, writable: false),
            _ => null,
        });
    }

    internal GraphNetwork Load(torch.ScalarType type = torch.ScalarType.Float32, WeightShuffle? shuffle = null) => GraphNetwork.Load(Open(), torch.CPU, type, shuffle);

    /// <summary>Writes it as a folder.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        byte[] weights = Safetensors();
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), weights);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), ConfigJson(weights));
        if (Labels is not null)
        {
            File.WriteAllText(Path.Combine(folder, "labels.json"), Labels);
        }
    }

    /// <summary>A picture by a formula: 0.5 + 0.5 sin(0.05 k) at place k.</summary>
    public static torch.Tensor Picture(int height, int width, torch.ScalarType type = torch.ScalarType.Float32) =>
        torch.tensor([.. Enumerable.Range(0, 3 * height * width).Select(k => 0.5 + 0.5 * Math.Sin(0.05 * k))], [1, 3, height, width]).to(type);

    // Weight and shape of each convolution, and scale, shift, mean and variance of its batch-norm.
    private static IEnumerable<(string Weight, long[] Shape, string[] Norm)> Units(int inputChannels = 3)
    {
        LayerGraph graph = new MobileNetV1Blueprint(Classes, Width, Folded: false, Epsilon).Build(Preprocessing.MinusOneToOneOf(inputChannels));
        return graph.Layers.OfType<BatchNormalization>().Select(norm =>
            (norm.Inputs[0].Tensors[0].Name, norm.Inputs[0].Tensors[0].Shape, norm.Tensors.Select(tensor => tensor.Name).ToArray()));
    }

    private void Fill(string name, long[] shape, double centre, double amplitude)
    {
        int number = values.Count + 1;
        int count = (int)shape.Aggregate((a, b) => a * b);
        Set(name, shape, [.. Enumerable.Range(0, count).Select(k => (float)(centre + amplitude * Math.Sin(0.7 * k + 1.3 * number)))]);
    }
}
