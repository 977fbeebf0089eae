using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmViz.Cluster.Api;

/// <summary>What an upload is to be.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Files">All its files.</param>
/// <param name="CheckpointKey">Which of several networks in the weights; null: the one that its configuration names, or the default.</param>
internal sealed record UploadCompletion(string Model, IReadOnlyList<StoredNetworkFile> Files, string? CheckpointKey = null)
{
    private const int MostFiles = 64;

    private static readonly JsonSerializerOptions Json = new(SweepJson.Compact) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads one.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static UploadCompletion Parse(string json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<UploadCompletion>(json, Json) ?? throw Invalid("Found null.");
            return read.Files.Count is 0 or > MostFiles ? throw Invalid(FormattableString.Invariant($"files: found {read.Files.Count}; expected 1 to {MostFiles}."))
                : read.Files.Any(file => file is null) ? throw Invalid("files: found null.")
                : !AccessKey.IsName(read.Model) ? throw Invalid("model: expected 1 to 63 letters, digits, '.', '_', '-' and '@'.")
                : read.Files.FirstOrDefault(file => !NetworkUploads.IsFileName(file.Name)) is { } wrong ? throw Invalid($"files: '{ErrorWords.Shorten(wrong.Name)}' is no path below the network's folder.")
                : read.Files.FirstOrDefault(file => read.Files.Any(other => !ReferenceEquals(other, file) && $"{other.Name}/".StartsWith($"{file.Name}/", StringComparison.OrdinalIgnoreCase))) is { } twice
                    ? throw Invalid($"files: '{ErrorWords.Shorten(twice.Name)}' is there twice, or is the folder of another.")
                : read;
        }
        catch (JsonException e)
        {
            throw Invalid(e.Message);
        }
    }

    private static ProblemException Invalid(string found) => new(Problem.Unprocessable(
        "invalid-completion", "The upload cannot be completed like that", $"{found} Expected {{\"model\": NAME, \"files\": [{{\"name\": PATH, \"bytes\": N, \"sha256\": HEX}}, ...]}}, and 'checkpointKey' where the weights have several networks."));
}
