using AmViz.TestKit;

namespace AmViz.Models.Tests.Exports;

/// <summary>The exported networks: one run of Python for all of them, since most of a run is its start.</summary>
public sealed class FamilyExports : IAsyncLifetime
{
    /// <summary>Names of the networks that are exported, with commas between; without it one of each family.</summary>
    public const string Variable = "AMVIZ_FAMILIES";

    private readonly TemporaryFolder _folder = new();

    /// <summary>Names as export_families.py knows them.</summary>
    public static IReadOnlyList<string> Names { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told
        ? told.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        :
        [
            "resnet18", "resnet18-unfolded", "googlenet", "vgg11_bn-narrow", "densenet121", "mobilenet_v3_small", "efficientnet_b0", "regnet_y_400mf",
            "convnext_sample", "convnextv2_sample", "swin_sample", "swin_v2_sample",
            "vit_sample", "vit_mean_sample", "dinov2_sample", "clip_sample", "siglip_sample",
        ];

    /// <summary>Why there are none; null if there are.</summary>
    public string? Missing { get; private set; }

    /// <summary>What the exporter printed of each.</summary>
    public string Printed { get; private set; } = string.Empty;

    /// <summary>What was exported of a network.</summary>
    internal FamilyExport Of(string name) => FamilyExport.Read(_folder.At(name));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        Missing = await DebianPython.WhyMissingAsync(token, "torch", "torchvision");
        if (Missing is not null)
        {
            return;
        }

        var script = RepositoryTree.At("tests", "AmViz.Models.Tests", "Exports", "export_families.py");
        (var code, Printed, var errors) = await DebianPython.RunAsync(token, ["-B", "-W", "ignore", script, _folder.Path, .. Names]);
        Assert.True(code == 0, errors);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
