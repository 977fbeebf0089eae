using System.Buffers.Binary;
using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>A weights folder of a MobileNetV1 that is all zeros: enough for whatever does not look at tensors.</summary>
public sealed class TinyNetwork : IDisposable
{
    /// <summary>Channels of conv_pw_5, before width: 256.</summary>
    public const int ChannelsOfPointwise5 = 32;

    private const double Width = 0.125;
    private static readonly string[] Labels = ["stripes", "dots", "rings", "noise"];
    private static readonly int[] Outputs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];

    private readonly TemporaryFolder _folder = new();

    public TinyNetwork()
    {
        Directory.CreateDirectory(Path);
        WriteTensors(System.IO.Path.Combine(Path, "model.safetensors"));
        File.WriteAllText(System.IO.Path.Combine(Path, "labels.json"), JsonSerializer.Serialize(Labels));
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), JsonSerializer.Serialize(new
        {
            architecture = "mobilenet_v1",
            classes = Labels.Length,
            labels = "labels.json",
            preprocessing = "x / 127.5 - 1",
            padding = "TensorFlow SAME",
            activation = "relu6",
            width = Width,
            inputSize = 64,
            batchNorm = "folded",
            provenance = new { source = "made by a test", license = "MIT" },
        }));
    }

    /// <summary>The folder, called <c>tinynet</c>.</summary>
    public string Path => _folder.At("tinynet");

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        var channels = Scaled(32);
        yield return ("conv1.weight", [channels, 3, 3, 3]);
        yield return ("conv1.bias", [channels]);
        for (var block = 1; block <= Outputs.Length; block++)
        {
            yield return ($"conv_dw_{block}.weight", [channels, 1, 3, 3]);
            yield return ($"conv_dw_{block}.bias", [channels]);
            var next = Scaled(Outputs[block - 1]);
            yield return ($"conv_pw_{block}.weight", [next, channels, 1, 1]);
            yield return ($"conv_pw_{block}.bias", [next]);
            channels = next;
        }

        yield return ("conv_preds.weight", [Labels.Length, channels, 1, 1]);
        yield return ("conv_preds.bias", [Labels.Length]);
    }

    private static int Scaled(int channels) => (int)(channels * Width);

    private static void WriteTensors(string path)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        var length = 0;
        foreach (var (name, shape) in Tensors())
        {
            var bytes = shape.Aggregate(sizeof(float), (product, side) => product * side);
            header.Add(name, new { dtype = "F32", shape, data_offsets = (int[])[length, length + bytes] });
            length += bytes;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        using var file = File.Create(path);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, json.Length);
        file.Write(size);
        file.Write(json);
        file.Write(new byte[length]);
    }
}
