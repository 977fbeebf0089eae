namespace AmViz.Weights;

/// <summary>Every name of a pickle that means something here, and what this program makes of a call of it. Nothing is ever called.</summary>
internal static class AllowedGlobals
{
    private const int MostDimensions = SafetensorsHeader.MostDimensions;

    // Bytes whose format the tensor tells, in the formats since PyTorch 2.0; listed as they are.
    private const string Untyped = "bytes";

    private static readonly Dictionary<string, (string TypeName, int Bytes)> Storages = new(StringComparer.Ordinal)
    {
        ["torch.BFloat16Storage"] = ("BF16", 2), ["torch.BoolStorage"] = ("BOOL", 1), ["torch.ByteStorage"] = ("U8", 1),
        ["torch.CharStorage"] = ("I8", 1), ["torch.ComplexDoubleStorage"] = ("C128", 16), ["torch.ComplexFloatStorage"] = ("C64", 8),
        ["torch.DoubleStorage"] = ("F64", 8), ["torch.FloatStorage"] = ("F32", 4), ["torch.HalfStorage"] = ("F16", 2),
        ["torch.IntStorage"] = ("I32", 4), ["torch.LongStorage"] = ("I64", 8), ["torch.ShortStorage"] = ("I16", 2),
        ["torch.QInt32Storage"] = ("QI32", 4), ["torch.QInt8Storage"] = ("QI8", 1), ["torch.QUInt8Storage"] = ("QU8", 1),
        ["torch.UntypedStorage"] = (Untyped, 1), ["torch.storage.UntypedStorage"] = (Untyped, 1),
    };

    private static readonly Dictionary<string, Func<object?[], object?>> Calls = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = arguments => arguments is [] or [PickledList] ? Dict(arguments) : null,
        ["torch.Size"] = arguments => arguments is [PickledTuple sizes] ? sizes : null,
        ["torch._utils._rebuild_parameter"] = arguments => arguments is [PickledTensor data, ..] ? data : null,
        ["torch._utils._rebuild_parameter_with_state"] = arguments => arguments is [PickledTensor data, ..] ? data : null,
        ["torch._utils._rebuild_tensor"] = Tensor,
        ["torch._tensor._rebuild_from_type_v2"] = OfSubclass,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch.device"] = _ => PickledOther.Instance,
    };

    // Plain values: nothing can be called by them.
    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "torch.bfloat16", "torch.bool", "torch.complex64", "torch.complex128", "torch.float16", "torch.float32", "torch.float64",
        "torch.int16", "torch.int32", "torch.int64", "torch.int8", "torch.uint8", "torch.contiguous_format", "torch.channels_last",
    };

    public static bool Contains(string name) => Storages.ContainsKey(name) || Calls.ContainsKey(name) || Values.Contains(name);

    /// <summary>Whether it is a class of dictionaries.</summary>
    public static bool IsDictionary(PickledGlobal name) => name.Name == "collections.OrderedDict";

    /// <summary>The result of a call; null if these arguments are not what the name takes.</summary>
    public static object? Call(PickledGlobal callee, object?[] arguments)
        => Calls.TryGetValue(callee.Name, out var call) ? call(arguments) : null;

    /// <summary>
    /// The storage that a persistent id names: <c>('storage', type, key, device, count)</c>, before PyTorch 1.6 with None for a sixth (others are views into a
    /// storage as of PyTorch 0.3); null if it is not of that form.
    /// </summary>
    public static PickledStorage? Storage(object? id)
        => id is PickledTuple { Items: ["storage", PickledGlobal type, string key, string, long count, .. var rest] } && rest is ([] or [null])
        && count >= 0 && Storages.TryGetValue(type.Name, out var format)
            ? new PickledStorage(format.TypeName, format.Bytes, key, count)
            : null;

    private static PickledDict? Dict(object?[] arguments)
    {
        var dict = new PickledDict();
        foreach (var pair in arguments is [PickledList list] ? list.Items : [])
        {
            // Both forms in which Python writes a pair.
            var items = pair switch { PickledTuple tuple => tuple.Items, PickledList two => [.. two.Items], _ => [] };
            if (items is not [var key, var value])
            {
                return null;
            }

            if (key is string name)
            {
                dict.Entries[name] = value;
            }
        }

        return dict;
    }

    // A subclass of Tensor tells how to make the tensor inside it; one step, so that nothing nests.
    private static object? OfSubclass(object?[] arguments)
        => arguments is [PickledGlobal { Name: "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_parameter" } callee, _, PickledTuple inner, ..] ? Call(callee, inner.Items) : null;

    private static PickledTensor? Tensor(object?[] arguments)
    {
        if (arguments is not [PickledStorage storage, long offset, PickledTuple sizes, PickledTuple steps, ..] || offset < 0)
        {
            return null;
        }

        long[] shape = [.. sizes.Items.OfType<long>()];
        long[] strides = [.. steps.Items.OfType<long>()];
        var sound = shape.Length == sizes.Items.Length && strides.Length == steps.Items.Length && shape.Length == strides.Length
            && shape.Length <= MostDimensions && shape.All(size => size >= 0) && strides.All(stride => stride >= 0);
        return sound ? new PickledTensor(storage, offset, shape, strides) : null;
    }
}
