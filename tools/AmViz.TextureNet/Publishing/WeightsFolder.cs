using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AmViz.Models;
using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Publishing;

/// <summary>A folder of weights: <c>model.safetensors</c>, <c>config.json</c>, <c>labels.json</c> and the model card <c>README.md</c>.</summary>
internal sealed class WeightsFolder(string path)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) 
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Size of the weights on disk.</summary>
    public long ModelBytes => new FileInfo(ModelPath).Length;

    private string ModelPath => Path.Combine(path, "model.safetensors");
    private string ConfigPath => Path.Combine(path, "config.json");
    private string LabelsPath => Path.Combine(path, "labels.json");

    /// <summary>Writes all but the card; numbers are rounded to float16.</summary>
    /// <param name="network">What was trained.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="inputSize">Side of the training pictures in pixels.</param>
    /// <param name="provenance">Where the weights come from.</param>
    public void Save(TrainableNetwork network, NetworkShape shape, int inputSize, IReadOnlyDictionary<string, string> provenance)
    {
        Directory.CreateDirectory(path);
        SafetensorsWriter.Write(ModelPath, Tensors(network), type: ElementType.F16);
        string digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelPath)));
        WriteJson(ConfigPath, WeightsConfiguration.Of(shape, inputSize, digest, provenance));
        WriteJson(LabelsPath, TextureCatalogue.Classes.Select(textureClass => textureClass.Label));
    }

    /// <summary>Reads the weights back, as float32, in evaluation form.</summary>
    public (TrainableNetwork Network, WeightsConfiguration Configuration) Load()
    {
        var configuration = JsonSerializer.Deserialize<WeightsConfiguration>(File.ReadAllText(ConfigPath), Readable)
            ?? throw new InvalidDataException($"{ConfigPath} holds 'null'; expected the description that 'train' writes.");
        var network = configuration.Shape().Build(seed: 0);
        using var file = SafetensorsFile.Open(ModelPath);
        using var noGradients = no_grad();
        foreach (var (name, tensor) in Tensors(network))
        {
            using var stored = file.Read(name);
            tensor.copy_(stored);
        }
        network.eval();
        return (network, configuration);
    }

    /// <summary>Writes the model card beside the weights.</summary>
    public void WriteCard(string text) => File.WriteAllText(Path.Combine(path, "README.md"), text);

    // All but the counters that batch-norm keeps for itself.
    private static Dictionary<string, Tensor> Tensors(nn.Module network) =>
        network.state_dict().Where(entry => entry.Value.is_floating_point())
            .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);

    private static void WriteJson<T>(string file, T value) =>
        File.WriteAllText(file, JsonSerializer.Serialize(value, Readable) + "\n");
}
