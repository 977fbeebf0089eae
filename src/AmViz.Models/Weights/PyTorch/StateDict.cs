namespace AmViz.Models;

/// <summary>Finds the tensors in what a training script saved.</summary>
internal static class StateDict
{
    private const string Wrapper = "module.";

    // Deeper than any script nests; a pickle can put a dictionary into itself.
    private const int DeepestNesting = 4;

    /// <summary>Keys under which scripts put a state dict, the likeliest first.</summary>
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model", "net", "network", "module", "params", "weights"];

    /// <summary>The tensors by name: those on top, or else those of the dictionary under one of the usual keys or the only one that has any.</summary>
    /// <remarks>The prefix <c>module.</c>, which DataParallel puts before every name, is taken off.</remarks>
    /// <exception cref="WeightsFormatException">There is none, or there are several and none is under a usual key.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Find(object? root, string file)
    {
        Dictionary<string, PickledTensor> tensors = Search(root, file, DeepestNesting)
            ?? throw new WeightsFormatException($"{file}: holds no tensors by name ({Describe(root)}); expected a state dict, or a dictionary with one under "
                + $"{string.Join(", ", UsualKeys.Select(key => $"'{key}'"))}. Save net.state_dict().");
        if (tensors.Count > SafetensorsHeader.MostTensors)
        {
            throw PyTorchErrors.Damaged(file, $"it names more than {SafetensorsHeader.MostTensors} tensors");
        }

        return tensors.Keys.All(name => name.StartsWith(Wrapper, StringComparison.Ordinal) && name.Length > Wrapper.Length)
            ? tensors.ToDictionary(tensor => tensor.Key[Wrapper.Length..], tensor => tensor.Value, StringComparer.Ordinal)
            : tensors;
    }

    private static Dictionary<string, PickledTensor>? Search(object? value, string file, int depth)
    {
        if (value is not PickledDict dict || depth == 0)
        {
            return null;
        }

        var own = dict.Entries.Where(entry => entry.Value is PickledTensor).ToDictionary(entry => entry.Key, entry => (PickledTensor)entry.Value!, StringComparer.Ordinal);
        if (own.Count > 0)
        {
            return own;
        }

        foreach (string key in UsualKeys)
        {
            if (Search(dict.Entries.GetValueOrDefault(key), file, depth - 1) is { } usual)
            {
                return usual;
            }
        }

        var others = dict.Entries.Where(entry => entry.Value is PickledDict inner && inner.Entries.Values.Any(item => item is PickledTensor)).ToList();
        return others.Count switch
        {
            0 => null,
            1 => Search(others[0].Value, file, depth - 1),
            _ => throw new WeightsFormatException($"{file}: holds several dictionaries of tensors, {string.Join(", ", others.Take(5).Select(entry => $"'{ErrorText.Shorten(entry.Key)}'"))}; "
                + $"expected one. Save the one that is meant, or put it under '{UsualKeys[0]}'."),
        };
    }

    private static string Describe(object? root) => root switch
    {
        PickledDict { Entries.Count: 0 } => "an empty dictionary",
        PickledDict dict => $"a dictionary of {string.Join(", ", dict.Entries.Keys.Take(5).Select(key => $"'{ErrorText.Shorten(key)}'"))}",
        PickledTensor => "one tensor without a name",
        PickledList or PickledTuple => "a list",
        _ => "no dictionary",
    };
}
