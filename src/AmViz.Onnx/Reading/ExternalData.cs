using System.Globalization;
using AmViz.Onnx.Schema;
using AmViz.Weights;

namespace AmViz.Onnx;

/// <summary>Tensors in files beside a model, which never lead out of its folder.</summary>
/// <param name="folder">Folder of the model.</param>
/// <param name="realFolder">The same, or where the model itself lies if its path is a link, as in Hugging Face's cache.</param>
internal sealed class ExternalData(string folder, string realFolder)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);

    private readonly string _realRoot = Path.TrimEndingDirectorySeparator(Path.GetFullPath(realFolder));

    /// <summary>Files that were read, by their names relative to the folder.</summary>
    public IReadOnlyCollection<string> Files => _files;

    /// <summary>The folder of a model.</summary>
    public static ExternalData Beside(string model)
    {
        var full = Path.GetFullPath(model);
        var real = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        return new(Path.GetDirectoryName(full)!, Path.GetDirectoryName(real)!);
    }

    /// <summary>The file of a tensor, at its first byte; as many bytes as the tensor needs are there.</summary>
    /// <param name="entries">Where it lies: <c>location</c>, <c>offset</c> and <c>length</c>.</param>
    /// <param name="length">Bytes that its shape needs.</param>
    /// <param name="what">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">The place is outside of the folder, or not that long.</exception>
    public FileStream Open(IReadOnlyCollection<StringStringEntryProto> entries, long length, string what)
    {
        var location = entries.LastOrDefault(entry => entry.Key == "location")?.Value ?? string.Empty;
        var path = Locate(location, what);
        var offset = Number(entries, "offset", 0, what);
        var told = Number(entries, "length", length, what);
        if (told != length)
        {
            throw new WeightsFormatException($"{what} has {told} bytes in '{ErrorText.Shorten(location)}'; its shape needs {length}. Export the network again.");
        }

        FileStream file;
        try
        {
            file = File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new WeightsFormatException($"{what} lies in '{ErrorText.Shorten(location)}', which cannot be read ({ErrorText.Shorten(e.Message, longest: 300)}). Put the file beside the model.", e);
        }

        if (!file.CanSeek || offset > file.Length || file.Length - offset < length)
        {
            using (file)
            {
                throw new WeightsFormatException(
                    $"{what} lies in '{ErrorText.Shorten(location)}' at byte {offset} with {length} bytes, but the file has {(file.CanSeek ? file.Length : 0)}. Get it again from its source.");
            }
        }

        file.Position = offset;
        _files.Add(location);
        return file;
    }

    private string Locate(string location, string what)
    {
        if (location.Length is 0 or > 1000 || location.AsSpan().ContainsAny("\\:\0") || Path.IsPathRooted(location) || location.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw Outside(location, what, "leads out of");
        }

        var full = Path.GetFullPath(Path.Combine(_root, location));
        for (var step = Path.GetDirectoryName(full)!; step.Length > _root.Length; step = Path.GetDirectoryName(step)!)
        {
            if (new DirectoryInfo(step).LinkTarget is not null)
            {
                throw Outside(location, what, "leads by a link out of");
            }
        }

        if (new FileInfo(full).LinkTarget is null)
        {
            return full;
        }

        // A link is followed only to where the model itself lies.
        string? target;
        try
        {
            target = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName;
        }
        catch (IOException e)
        {
            throw new WeightsFormatException($"{what} lies in '{ErrorText.Shorten(location)}', a link that leads nowhere. Put the file beside the model.", e);
        }

        return target is not null && IsDirectlyIn(target, _root, _realRoot) ? target : throw Outside(location, what, "leads by a link out of");
    }

    private static bool IsDirectlyIn(string file, params ReadOnlySpan<string> folders)
    {
        foreach (var one in folders)
        {
            if (Path.GetDirectoryName(file) == one)
            {
                return true;
            }
        }

        return false;
    }

    private static long Number(IReadOnlyCollection<StringStringEntryProto> entries, string key, long preset, string what)
    {
        if (entries.LastOrDefault(entry => entry.Key == key)?.Value is not { } text)
        {
            return preset;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new WeightsFormatException($"{what} has '{ErrorText.Shorten(text)}' as its {key}; expected a whole number that is not negative. Export the network again.");
    }

    private static WeightsFormatException Outside(string location, string what, string how)
        => new($"{what} lies in '{ErrorText.Shorten(location)}', which {how} the folder of the model; expected the name of a file inside. Nothing was read of it. Get the network again from a source that you trust.");
}
