namespace AmViz.Models;

/// <summary>From timm's names of the tensors of networks whose blocks are counted otherwise there to ours, which are torchvision's.</summary>
internal static class TimmNames
{
    /// <summary>EfficientNet and MobileNetV3.</summary>
    /// <param name="blocks">From each block to ours.</param>
    /// <param name="others">From each other module with tensors to ours.</param>
    /// <param name="dense">A dense layer of ours that is a convolution there; null for none.</param>
    public static IReadOnlyList<NameRule> Rules(IEnumerable<TimmBlock> blocks, IEnumerable<(string Timm, string Ours)> others, (string Timm, string Ours)? dense = null)
    {
        var modules = others.Concat(blocks.SelectMany(block => block.Modules)).ToDictionary(module => module.Timm, module => module.Ours, StringComparer.Ordinal);
        NameRule[] rules =
        [
            new(".*\\.num_batches_tracked", null),
            new("(?<module>.+)\\.(?<parameter>weight|bias|running_mean|running_var)", "${module}.${parameter}") { Modules = modules },
        ];
        return dense is { } there
            ? [.. rules, new($"{there.Timm}\\.(?<parameter>weight|bias)", $"{there.Ours}.${{parameter}}", AxisOrder.DenseAsConvolution)]
            : rules;
    }

    /// <summary>RegNet.</summary>
    /// <param name="depths">Blocks of each stage.</param>
    public static IReadOnlyList<NameRule> RegNetRules(IReadOnlyList<int> depths)
    {
        (string Timm, string Ours)[] members =
        [
            .. new[] { ("conv1", "f.a"), ("conv2", "f.b"), ("conv3", "f.c"), ("downsample", "proj") }.SelectMany(Unit),
            ("se.fc1", "f.se.fc1"), ("se.fc2", "f.se.fc2"),
        ];
        var inBlocks =
            from stage in Enumerable.Range(1, depths.Count)
            from block in Enumerable.Range(0, depths[stage - 1])
            from member in members
            select ($"s{stage}.b{block + 1}.{member.Timm}", $"trunk_output.block{stage}.block{stage}-{block}.{member.Ours}");
        return Rules([], [.. Unit(("stem", "stem")), ("head.fc", "fc"), .. inBlocks]);
    }

    private static IEnumerable<(string Timm, string Ours)> Unit((string Timm, string Ours) unit) => [($"{unit.Timm}.conv", $"{unit.Ours}.0"), ($"{unit.Timm}.bn", $"{unit.Ours}.1")];
}

/// <summary>An inverted residual block of timm, and what it is called in torchvision.</summary>
/// <param name="Timm">Its name in timm.</param>
/// <param name="Ours">Its name in torchvision.</param>
/// <param name="IsFused">Whether its first convolution is whole.</param>
/// <param name="Expands">Whether it has more channels inside.</param>
/// <param name="Squeezes">Whether it has squeeze and excitation.</param>
internal sealed record TimmBlock(string Timm, string Ours, bool IsFused, bool Expands, bool Squeezes)
{
    // By the convolutions in their order; each has a batch-norm, numbered from 1.
    private string[] Convolutions => (IsFused, Expands) switch
    {
        (true, true) => ["conv_exp", "conv_pwl"],
        (true, false) => ["conv"],
        (false, true) => ["conv_pw", "conv_dw", "conv_pwl"],
        _ => ["conv_dw", "conv_pw"],
    };

    /// <summary>Its modules with tensors.</summary>
    public IEnumerable<(string Timm, string Ours)> Modules
    {
        get
        {
            for (var number = 0; number < Convolutions.Length; number++)
            {
                // The squeeze stands before the last convolution.
                var place = Squeezes && number == Convolutions.Length - 1 ? number + 1 : number;
                yield return ($"{Timm}.{Convolutions[number]}", $"{Ours}.block.{place}.0");
                yield return ($"{Timm}.bn{number + 1}", $"{Ours}.block.{place}.1");
            }

            if (Squeezes)
            {
                yield return ($"{Timm}.se.conv_reduce", $"{Ours}.block.{Convolutions.Length - 1}.fc1");
                yield return ($"{Timm}.se.conv_expand", $"{Ours}.block.{Convolutions.Length - 1}.fc2");
            }
        }
    }
}
