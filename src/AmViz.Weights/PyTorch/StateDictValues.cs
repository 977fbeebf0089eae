namespace AmViz.Weights;

/// <summary>A dictionary of a pickle; keys that are no texts are left out, since no tensor is found by them.</summary>
internal sealed class PickledDict
{
    /// <summary>Of what class it is, where it is an object that nothing is known of but what is put into it; null for a dictionary.</summary>
    public string? Class { get; init; }

    public Dictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);
}

/// <summary>A list of a pickle.</summary>
internal sealed class PickledList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A tuple of a pickle.</summary>
internal sealed record PickledTuple(object?[] Items);

/// <summary>A name that the pickle may use, e.g. <c>collections.OrderedDict</c>.</summary>
internal sealed record PickledGlobal(string Name);

/// <summary>Any other name. What it would make is skipped.</summary>
internal sealed record PickledUnknown(string Name);

/// <summary>Something that was read past and means nothing here: bytes, a large number, a set.</summary>
internal sealed class PickledOther
{
    public static PickledOther Instance { get; } = new();
}

/// <summary>The numbers behind tensors: one entry of the zip file, or one piece of the older format.</summary>
/// <param name="TypeName">In the words of safetensors.</param>
/// <param name="ElementBytes">Bytes of one number.</param>
/// <param name="Key">Its name; of the entry under <c>data/</c>.</param>
/// <param name="ElementCount">How many numbers the pickle says there are.</param>
internal sealed record PickledStorage(string TypeName, int ElementBytes, string Key, long ElementCount);

/// <summary>A tensor: a view into a storage.</summary>
/// <param name="Storage">Where its numbers are.</param>
/// <param name="Offset">Place of the first, in numbers.</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Strides">Numbers to go on by, for each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
