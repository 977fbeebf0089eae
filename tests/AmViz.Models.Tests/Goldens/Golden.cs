using System.Text.Json;
using TorchSharp;

namespace AmViz.Models.Tests.Goldens;

/// <summary>Shape, length and some values of a tensor that another implementation computed.</summary>
internal sealed record GoldenTensor(long[] Shape, double Norm, double[] Samples)
{
    // As in golden.py.
    private const long Stride = 7919;

    /// <summary>Largest error of a sample, relative to the largest sample; or of the length, if that is larger.</summary>
    public double ErrorOf(torch.Tensor found)
    {
        Assert.Equal(Shape, found.shape);
        using var scope = torch.NewDisposeScope();
        torch.Tensor flat = found.detach().contiguous().flatten().to(torch.ScalarType.Float64);
        double[] values = [.. flat.data<double>()];
        double norm = Math.Sqrt(values.Sum(value => value * value));
        double largest = Samples.Max(Math.Abs);
        double error = Samples.Select((sample, i) => Math.Abs(values[i * Stride % values.Length] - sample)).Max() / largest;
        return Math.Max(error, Math.Abs(norm - Norm) / Norm);
    }
}

/// <summary>Of what the gradient with respect to the picture was taken: the mean of a channel.</summary>
internal sealed record GoldenGradient(string Layer, int Channel, long[] Shape, double Norm, double[] Samples);

/// <summary>What another implementation made of a network and a picture by the formula, see golden.py.</summary>
internal sealed record Golden(
    string Against, JsonElement Config, int Size, double[] Logits, Dictionary<string, GoldenTensor> Layers, GoldenGradient Gradient,
    Dictionary<string, long[]>? Keys)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>Reads one of the files beside the tests.</summary>
    public static Golden Read(string name) =>
        JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", $"{name}.json")), CamelCase)!;

    /// <summary>The layers of the network, without weights.</summary>
    public LayerGraph Graph()
    {
        using MemoryStream config = ConfigStream();
        WeightsConfig settled = WeightsConfig.Read(config, "config.json");
        return settled.Blueprint.Build(settled.Preprocessing);
    }

    /// <summary>The network with the weights of the formula, under our names.</summary>
    public WeightsFolder Open() => Open(Graph().Layers.SelectMany(layer => layer.Tensors).Select(spec => (spec.Name, spec.Shape)));

    /// <summary>The network with tensors of these names and shapes.</summary>
    public WeightsFolder Open(IEnumerable<(string Name, long[] Shape)> tensors) => WeightsFolder.Open(
        "golden", folder: null, "formula", file => file switch { "formula" => new MemoryStream(), "config.json" => ConfigStream(), _ => null },
        (_, _) => new FormulaTensors(tensors));

    /// <summary>The network with the weights of a file.</summary>
    public WeightsFolder OpenFile(string path) => WeightsFolder.Open(
        "golden", folder: null, path, file => file == "config.json" ? ConfigStream() : File.Exists(file) ? File.OpenRead(file) : null);

    private MemoryStream ConfigStream() => new(JsonSerializer.SerializeToUtf8Bytes(Config));
}
