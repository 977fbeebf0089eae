namespace AmViz.Models;

/// <summary>The names that every Keras file gives the tensors of a layer, with or without the folders and the ":0" of HDF5.</summary>
internal static class KerasNames
{
    private const string Layer = "(?:.*/)?(?<layer>[^/]+)";

    /// <summary>The rules of a network some of whose layers are called otherwise in its published file than in today's Keras.</summary>
    public static IReadOnlyList<NameRule> With(params IReadOnlyList<(string InFile, string Ours)> layers)
        => [
        .. layers.SelectMany(layer => new NameRule[]
        {
            new($"(?:.*/)?{layer.InFile}/kernel(?::0)?", $"{layer.Ours}.weight", AxisOrder.Keras),
            new($"(?:.*/)?{layer.InFile}/bias(?::0)?", $"{layer.Ours}.bias"),
        }),
        .. Rules,
    ];

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        new("(?:.*/)?(?:optimizer_weights|top_level_model_weights)/.*", null),
        new($"{Layer}/depthwise_kernel(?::0)?", "${layer}.weight", AxisOrder.KerasDepthwise),
        new($"{Layer}/kernel(?::0)?", "${layer}.weight", AxisOrder.Keras),
        new($"{Layer}/bias(?::0)?", "${layer}.bias"),
        new($"{Layer}/gamma(?::0)?", "${layer}.weight"),
        new($"{Layer}/beta(?::0)?", "${layer}.bias"),
        new($"{Layer}/moving_mean(?::0)?", "${layer}.running_mean"),
        new($"{Layer}/moving_variance(?::0)?", "${layer}.running_var"),
    ];
}
