namespace AmViz.Weights;

/// <summary>Finds the weights in a folder.</summary>
internal static class WeightsSearch
{
    /// <summary>Name of the weights in a folder; another is taken where it is the only file that may be weights.</summary>
    public const string UsualName = "model.safetensors";

    // Only which files to look at; what is in one, its first bytes tell.
    private static readonly string[] Extensions = [".safetensors", ".keras", ".h5", ".hdf5", ".pth", ".pt", ".bin", ".ckpt", ".th", ".tar", ".onnx"];

    // Shards of safetensors before those of PyTorch, as transformers takes them.
    private static readonly string[] IndexEndings = [".safetensors.index.json", ".bin.index.json"];

    /// <summary><c>model.safetensors</c>, or else the only index of shards, or else the only file that may hold weights; where there is none, <c>model.safetensors</c> all the same.</summary>
    /// <exception cref="WeightsFormatException">There are several and none has that name, or the folder cannot be read.</exception>
    public static string FindIn(string folder)
    {
        var usual = Path.Combine(folder, UsualName);
        if (File.Exists(usual))
        {
            return usual;
        }

        if (IndexEndings.Select(ending => List(folder, file => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found.Count == 1) is [var index])
        {
            return index;
        }

        var candidates = List(folder, file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));
        // Exporters put large tensors beside their model, in files that may be called .bin.
        if (candidates.Where(file => file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)).ToList() is [var onnx] && candidates.All(file => file == onnx || file.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)))
        {
            return onnx;
        }

        return candidates.Count switch
        {
            0 => usual,
            1 => candidates[0],
            _ => throw new WeightsFormatException($"{folder}: there are {candidates.Count} files that may be weights, {string.Join(", ", candidates.Take(5).Select(Path.GetFileName))}; "
                + $"expected one, or one called {UsualName}. Name the file instead of the folder."),
        };
    }

    private static List<string> List(string folder, Func<string, bool> mayBe)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder)
                    .Where(mayBe)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException($"{folder}: cannot be read ({e.Message}). Expected a folder with weights.", e);
        }
    }
}
