using System.Text.Json;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Exports;

/// <summary>A layer's names.</summary>
internal sealed record ExportedLayer(string Own, string Onnx);

/// <summary>How many numbers the network is made of: those that are trained, all, and those of the graph; null: not counted.</summary>
internal sealed record ExportedParameters(long Trainable, long Total, long? Graph);

/// <summary>What export_families.py writes of a network beside its tensors.</summary>
/// <param name="Size">Side of the pictures in pixels.</param>
/// <param name="Channels">Of the last layer, whose mean's gradient is taken: one for each picture.</param>
/// <param name="Parameters">As PyTorch counts them.</param>
/// <param name="Layers">In the order of computation.</param>
/// <param name="SinglePrecision">How far PyTorch itself is off in single precision, by the names of the reference.</param>
internal sealed record FamilyExport(int Size, IReadOnlyList<int> Channels, ExportedParameters Parameters, IReadOnlyList<ExportedLayer> Layers, IReadOnlyDictionary<string, double> SinglePrecision)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>Where it is.</summary>
    public string Folder { get; private init; } = string.Empty;

    /// <summary>Reads the description in a folder.</summary>
    public static FamilyExport Read(string folder)
        => JsonSerializer.Deserialize<FamilyExport>(File.ReadAllText(Path.Combine(folder, "reference.json")), CamelCase)! with { Folder = folder };

    /// <summary>The graph.</summary>
    public WeightsFolder OpenOnnx() => WeightsFolder.Open(Path.Combine(Folder, "onnx"));

    /// <summary>The tensors, for a network of ours.</summary>
    public WeightsFolder OpenOwn() => WeightsFolder.Open(Path.Combine(Folder, "own"));

    /// <summary>What PyTorch made of the first picture, <c>picture0</c>, and the gradients of all: tensors by name.</summary>
    public IReadOnlyDictionary<string, Tensor> ReadReference()
    {
        using var file = SafetensorsFile.Open(Path.Combine(Folder, "reference.safetensors"));
        return file.Tensors.Keys.ToDictionary(name => name, file.Read, StringComparer.Ordinal);
    }
}
