using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Reads our own JSON files, distrusting them.</summary>
internal static class StoredJson
{
    /// <summary>Reads one document with a format version.</summary>
    /// <exception cref="CorruptBlobException">It is not what it should be, or of a later version.</exception>
    public static T Read<T>(string store, BlobPath path, ReadOnlySpan<byte> content, int currentVersion, Func<T, int> version)
        where T : class
    {
        var value = Read<T>(store, path, content);
        return version(value) is var found && found >= 1 && found <= currentVersion
            ? value
            : throw new CorruptBlobException(path, $"'{path}' of {store} has format version {found}; this program reads 1 to {currentVersion}. Use a newer version of it.");
    }

    /// <summary>Reads one document or one line.</summary>
    /// <exception cref="CorruptBlobException">It is not what it should be.</exception>
    public static T Read<T>(string store, BlobPath path, ReadOnlySpan<byte> content)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, SweepJson.Compact) ?? throw new JsonException("Found null.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or NotSupportedException)
        {
            throw new CorruptBlobException(path, $"'{path}' of {store} cannot be read: {e.Message} Expected a file that this program wrote; restore it from a copy or remove it.", e);
        }
    }
}
