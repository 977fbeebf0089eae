using System.Text.Json;

namespace AmViz.Weights;

/// <summary>Reads small JSON files that people hand over.</summary>
internal static class JsonText
{
    private const int DeepestJson = 16;

    /// <summary>Reads a document of bounded length and depth.</summary>
    /// <param name="stream">The text, UTF-8.</param>
    /// <param name="path">How to call it in errors.</param>
    /// <param name="longest">Limit of its length in bytes.</param>
    /// <param name="read">What to make of it.</param>
    /// <exception cref="WeightsFormatException">It is too long or not JSON.</exception>
    public static T Read<T>(Stream stream, string path, int longest, Func<JsonElement, T> read)
    {
        if (stream.Length > longest)
        {
            throw new WeightsFormatException($"{path}: has {stream.Length} bytes; expected a JSON file of at most {longest}.");
        }

        try
        {
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how a string says that it is not valid UTF-8 or UTF-16.
            throw new WeightsFormatException($"{path}: is not JSON ({ErrorText.Shorten(e.Message)}). Correct it or get it again from its source.", e);
        }
    }
}
