namespace AmViz.Models;

/// <summary>From torchvision's names of the tensors of InceptionV3 to ours, which are those of Keras.</summary>
internal static class InceptionV3Names
{
    private static readonly string[] Stem = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"];

    // The convolutions of each kind of module, in the order in which Keras makes them.
    private static readonly string[] ModuleA =
        ["branch1x1", "branch5x5_1", "branch5x5_2", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3", "branch_pool"];

    private static readonly string[] ReductionA = ["branch3x3", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"];

    private static readonly string[] ModuleB =
    [
        "branch1x1", "branch7x7_1", "branch7x7_2", "branch7x7_3",
        "branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5", "branch_pool",
    ];

    private static readonly string[] ReductionB =
        ["branch3x3_1", "branch3x3_2", "branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"];

    private static readonly string[] ModuleC =
    [
        "branch1x1", "branch3x3_1", "branch3x3_2a", "branch3x3_2b",
        "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3a", "branch3x3dbl_3b", "branch_pool",
    ];

    private static readonly (string Keras, string Torchvision, string[] Convolutions)[] Table =
    [
        ("mixed0", "Mixed_5b", ModuleA), ("mixed1", "Mixed_5c", ModuleA), ("mixed2", "Mixed_5d", ModuleA), ("mixed3", "Mixed_6a", ReductionA),
        ("mixed4", "Mixed_6b", ModuleB), ("mixed5", "Mixed_6c", ModuleB), ("mixed6", "Mixed_6d", ModuleB), ("mixed7", "Mixed_6e", ModuleB),
        ("mixed8", "Mixed_7a", ReductionB), ("mixed9", "Mixed_7b", ModuleC), ("mixed10", "Mixed_7c", ModuleC),
    ];

    /// <summary>Torchvision's names of the modules, by those of Keras.</summary>
    public static IReadOnlyDictionary<string, string> Modules { get; } = Table.ToDictionary(row => row.Keras, row => row.Torchvision, StringComparer.Ordinal);

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        new(".*\\.num_batches_tracked", null),
        new("AuxLogits\\..*", null),
        new("(?<module>.+)\\.conv\\.(?<parameter>weight|bias)", "conv2d${module}.${parameter}") { Modules = Numbers },
        new("(?<module>.+)\\.bn\\.(?<parameter>weight|bias|running_mean|running_var)", "batch_normalization${module}.${parameter}") { Modules = Numbers },
        new("fc\\.(?<parameter>weight|bias)", "predictions.${parameter}"),
    ];

    /// <summary>The number of each convolution in Keras, as it stands in the name: nothing, <c>_1</c>, <c>_2</c> ...</summary>
    private static Dictionary<string, string> Numbers => Stem
        .Concat(Table.SelectMany(row => row.Convolutions.Select(convolution => $"{row.Torchvision}.{convolution}")))
        .Select((name, index) => (name, number: index == 0 ? string.Empty : FormattableString.Invariant($"_{index}")))
        .ToDictionary(row => row.name, row => row.number, StringComparer.Ordinal);
}
