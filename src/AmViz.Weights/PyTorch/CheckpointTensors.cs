namespace AmViz.Weights;

/// <summary>Every tensor in what a training script saved, by its path: the keys of the dictionaries around it and its own name, with dots between.</summary>
/// <remarks>Which of them belong to a network is not known here.</remarks>
internal static class CheckpointTensors
{
    // Deeper than any script nests.
    private const int DeepestNesting = 4;

    // Some scripts save (epoch, state_dict).
    private const int LongestList = 16;

    // Python's names of the layers of the largest networks have some 150 characters.
    private const int LongestName = 400;

    /// <summary>The tensors by path. A dictionary that stands in several places is looked at in the first.</summary>
    /// <param name="root">What <see cref="Unpickler"/> made.</param>
    /// <param name="unknownNames">Names that the pickle used and that mean nothing here.</param>
    /// <param name="file">How to call the file in an error.</param>
    /// <exception cref="WeightsFormatException">There is none, or there are too many.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Find(object? root, IReadOnlyList<string> unknownNames, string file)
    {
        var found = new Dictionary<string, PickledTensor>(StringComparer.Ordinal);
        Collect(root, string.Empty, DeepestNesting, new HashSet<object>(ReferenceEqualityComparer.Instance), found, file);
        if (found.Count > 0)
        {
            return found;
        }

        throw unknownNames.Count > 0
            ? PyTorchErrors.Refused(file, unknownNames)
            : new WeightsFormatException($"{file}: holds no tensors by name ({Describe(root)}); expected a state dict, or a dictionary with one, such as 'state_dict' or 'model'. Save net.state_dict().");
    }

    private static void Collect(object? value, string prefix, int depth, HashSet<object> seen, Dictionary<string, PickledTensor> found, string file)
    {
        if (depth == 0 || value is null || prefix.Length > LongestName)
        {
            return;
        }

        foreach (var (key, item) in Members(value, seen))
        {
            if (item is not PickledTensor tensor)
            {
                Collect(item, $"{prefix}{key}.", depth - 1, seen, found, file);
                continue;
            }

            if (prefix.Length + key.Length > LongestName)
            {
                throw PyTorchErrors.Damaged(file, $"the name '{ErrorText.Shorten(key)}' of a tensor has {key.Length} characters; at most {LongestName} are read");
            }

            // Where two places have one path, the first is as good as the other.
            found.TryAdd(prefix + key, tensor);
            if (found.Count > SafetensorsHeader.MostTensors)
            {
                throw PyTorchErrors.Damaged(file, $"it names more than {SafetensorsHeader.MostTensors} tensors");
            }
        }
    }

    private static IEnumerable<(string Key, object? Value)> Members(object value, HashSet<object> seen) => value switch
    {
        PickledDict dict when seen.Add(dict) => dict.Entries.Where(entry => entry.Key.Length <= LongestName || entry.Value is PickledTensor).Select(entry => (entry.Key, entry.Value)),
        PickledList { Items.Count: <= LongestList } list when seen.Add(list) => Numbered(list.Items),
        PickledTuple { Items.Length: <= LongestList } tuple when seen.Add(tuple) => Numbered(tuple.Items),
        _ => [],
    };

    private static IEnumerable<(string Key, object? Value)> Numbered(IReadOnlyList<object?> items)
        => items.Select((item, index) => (FormattableString.Invariant($"{index}"), item)).Where(item => item.item is not PickledTensor);

    private static string Describe(object? root) => root switch
    {
        PickledDict { Entries.Count: 0 } => "an empty dictionary",
        PickledDict dict => $"a dictionary of {string.Join(", ", dict.Entries.Keys.Take(5).Select(key => $"'{ErrorText.Shorten(key)}'"))}",
        PickledTensor => "one tensor without a name",
        PickledList or PickledTuple => "a list",
        _ => "no dictionary",
    };
}
