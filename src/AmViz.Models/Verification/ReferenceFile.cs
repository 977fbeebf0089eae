using System.Text.Json;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>What another implementation computed on a picture.</summary>
/// <param name="File">Name of the picture in the photos folder.</param>
/// <param name="Logits">One value a class; null where the weights end before them.</param>
/// <param name="ChannelMeans">By layer, the mean over positions of each channel.</param>
internal sealed record ReferencePhoto(string File, double[]? Logits, Dictionary<string, double[]>? ChannelMeans);

/// <summary>The contents of <c>reference.json</c>.</summary>
/// <param name="Sha256">Of the weights it was computed with.</param>
/// <param name="Photos">One entry a picture.</param>
internal sealed record ReferenceFile(string? Sha256, ReferencePhoto[]? Photos)
{
    // A thousand logits and all channel means of a dozen pictures take less than 1 MB.
    private const int LongestFile = 1 << 26;

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>Reads a reference and checks its form.</summary>
    /// <exception cref="WeightsFormatException">It is missing or not of the form.</exception>
    public static ReferenceFile Read(string path)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            var file = JsonText.Read(stream, path, LongestFile, root => root.Deserialize<ReferenceFile>(CamelCase))
                ?? throw new WeightsFormatException($"{path}: is empty; expected an object with 'photos'.");
            file.Check(path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException($"{path}: cannot be opened ({e.Message}). Expected a reference.json there.", e);
        }
    }

    private void Check(string path)
    {
        var problems = new List<string>();
        if (Photos is null or [])
        {
            problems.Add("'photos' is missing or empty; expected the pictures it was computed on.");
        }

        foreach (var photo in Photos ?? [])
        {
            if (photo?.File is not { Length: > 0 } name || !string.Equals(Path.GetFileName(name), name, StringComparison.Ordinal))
            {
                problems.Add($"a photo has the file name '{photo?.File}'; expected a name without folders.");
            }
            else if (photo.ChannelMeans?.FirstOrDefault(layer => layer.Value is null or []).Key is { } layer)
            {
                problems.Add($"photo '{name}' has no means of layer '{layer}'; expected one a channel.");
            }
            else if (photo.Logits is null or [] && photo.ChannelMeans is null or { Count: 0 })
            {
                problems.Add($"photo '{name}' has neither 'logits' nor 'channelMeans', so there is nothing to compare.");
            }
        }

        if (problems.Count > 0)
        {
            throw new WeightsFormatException(path, problems);
        }
    }
}
