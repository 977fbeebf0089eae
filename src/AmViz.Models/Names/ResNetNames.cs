namespace AmViz.Models;

/// <summary>Names of the tensors of a ResNet. Ours are torchvision's and timm's; these are those of Hugging Face.</summary>
internal static class ResNetNames
{
    private const string Parameter = "(?<parameter>weight|bias|running_mean|running_var)";

    // A rule for each stage, since stages count from 1 in torchvision.
    public static IReadOnlyList<NameRule> Rules { get; } =
    [
        new(".*\\.num_batches_tracked", null),
        new($"(?:resnet\\.)?embedder\\.embedder\\.convolution\\.{Parameter}", "conv1.${parameter}"),
        new($"(?:resnet\\.)?embedder\\.embedder\\.normalization\\.{Parameter}", "bn1.${parameter}"),
        .. Enumerable.Range(0, 4).SelectMany(OfStage),
        new("classifier\\.1\\.(?<parameter>weight|bias)", "fc.${parameter}"),
    ];

    private static IEnumerable<NameRule> OfStage(int stage)
    {
        var block = $"(?:resnet\\.)?encoder\\.stages\\.{stage}\\.layers\\.(?<block>[0-9]+)";
        var ours = $"layer{stage + 1}.${{block}}";
        yield return new($"{block}\\.shortcut\\.convolution\\.{Parameter}", $"{ours}.downsample.0.${{parameter}}");
        yield return new($"{block}\\.shortcut\\.normalization\\.{Parameter}", $"{ours}.downsample.1.${{parameter}}");
        for (var place = 0; place < 3; place++)
        {
            yield return new($"{block}\\.layer\\.{place}\\.convolution\\.{Parameter}", $"{ours}.conv{place + 1}.${{parameter}}");
            yield return new($"{block}\\.layer\\.{place}\\.normalization\\.{Parameter}", $"{ours}.bn{place + 1}.${{parameter}}");
        }
    }
}
