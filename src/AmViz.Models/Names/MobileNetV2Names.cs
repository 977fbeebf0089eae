namespace AmViz.Models;

/// <summary>From torchvision's names of the tensors of MobileNetV2 to ours, which are those of Keras.</summary>
internal static class MobileNetV2Names
{
    private const int BlockCount = 17;

    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        new(".*\\.num_batches_tracked", null),
        new("(?<module>.+)\\.(?<parameter>weight|bias|running_mean|running_var)", "${module}.${parameter}") { Modules = Modules() },
    ];

    private static Dictionary<string, string> Modules()
    {
        var modules = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["features.0.0"] = "Conv1",
            ["features.0.1"] = "bn_Conv1",

            // The first block does not expand, so its members come one place earlier.
            ["features.1.conv.0.0"] = "expanded_conv_depthwise",
            ["features.1.conv.0.1"] = "expanded_conv_depthwise_BN",
            ["features.1.conv.1"] = "expanded_conv_project",
            ["features.1.conv.2"] = "expanded_conv_project_BN",
            ["features.18.0"] = "Conv_1",
            ["features.18.1"] = "Conv_1_bn",
            ["classifier.1"] = "predictions",
        };
        for (var block = 1; block < BlockCount; block++)
        {
            var theirs = $"features.{block + 1}.conv";
            var ours = $"block_{block}";
            modules.Add($"{theirs}.0.0", $"{ours}_expand");
            modules.Add($"{theirs}.0.1", $"{ours}_expand_BN");
            modules.Add($"{theirs}.1.0", $"{ours}_depthwise");
            modules.Add($"{theirs}.1.1", $"{ours}_depthwise_BN");
            modules.Add($"{theirs}.2", $"{ours}_project");
            modules.Add($"{theirs}.3", $"{ours}_project_BN");
        }

        return modules;
    }
}
