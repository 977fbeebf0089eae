using System.Security.Cryptography;
using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>A working folder with everything that the commands of the documentation name, and a shell in it.</summary>
/// <remarks>Real weights are not ours to publish, so random ones of the same architecture stand in for them: what is tried here is the commands.</remarks>
internal sealed class ReadersFolder : IAsyncDisposable
{
    /// <summary>Where a cluster's store lies in the documentation.</summary>
    public const string Store = "/data/amviz";

    /// <summary>Of pictures, in pixels; a multiple of the patches of texturevit.</summary>
    public const int Size = 48;

    private readonly TemporaryFolder _folder = new();
    private readonly LoopbackServer _publisher;

    private ReadersFolder(byte[] mobileNet)
    {
        _publisher = new(request => request.Path.EndsWith("/mobilenet/mobilenet_1_0_224_tf.h5", StringComparison.Ordinal) ? LoopbackServer.File(request, mobileNet, "\"a\"") : new(404, []));
        Environment = new(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.GetDirectoryName(AmVizProcess.Built("AmViz.Cli", "amviz"))}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["OMP_NUM_THREADS"] = "1",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["AMVIZ_CACHE"] = _folder.At("cache"),
            ["AMVIZ_KERAS_MIRROR"] = _publisher.Address.AbsoluteUri,
        };
    }

    /// <summary>Variables of every command.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Makes one.</summary>
    public static async Task<ReadersFolder> CreateAsync()
    {
        var mobileNet = RandomMobileNet.Weights();
        var reader = new ReadersFolder(mobileNet);
        reader.WriteSpec();
        reader.Copy("docs/figures/figure-06.jpg", "photo.jpg");
        reader.Copy("docs/figures/figure-06.jpg", "photographs/one.jpg");
        reader.Copy("tests/AmViz.Models.Tests/Fixtures/script_modules.pt", "net.pt");
        reader.CopyNetwork("texturevit", "weights/vit_tiny_patch16_224");
        foreach (var name in new[] { "weights/mobilenet_v1", "weights/mobilenet_v1_qat" })
        {
            reader.Write($"{name}/model.safetensors", mobileNet);
            reader.Write($"{name}/config.json", RandomMobileNet.Config());
        }

        reader.CopyNetwork("texturenet", "my-network");
        await reader.WriteReferenceAsync("my-network");
        return reader;
    }

    /// <summary>Starts a line in a shell.</summary>
    /// <param name="line">As the documentation has it, or shortened.</param>
    public AmVizProcess Start(string line)
        => AmVizProcess.StartProgram("/bin/bash", _folder.Path, Environment, "-c", $"{line.Replace(Store, _folder.At("store"), StringComparison.Ordinal)}");

    /// <summary>Runs a line in a shell.</summary>
    /// <param name="line">As the documentation has it, or shortened.</param>
    public async Task<AmVizProcess> RunAsync(string line)
    {
        var process = Start(line);
        await process.ExitCodeAsync();
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The example, at a size that takes less time.</summary>
    private void WriteSpec()
    {
        const string size = "# size: 96";
        var spec = File.ReadAllText(RepositoryTree.At("examples", "texturenet.yaml"));
        Assert.Contains(size, spec, StringComparison.Ordinal);
        Write("examples/texturenet.yaml", System.Text.Encoding.UTF8.GetBytes(spec.Replace(size, $"size: {Size} #", StringComparison.Ordinal)));
    }

    /// <summary>What <c>models verify</c> compares with: here what the network itself computed.</summary>
    private async Task WriteReferenceAsync(string network)
    {
        const string photo = "one.png";
        Copy("docs/recipes/paper.png", $"{network}/photos/{photo}");
        using var classified = await RunAsync($"amviz classify --weights {network} {network}/photos/{photo} --top 1000 --json");
        var logits = classified.Json.GetProperty("top").EnumerateArray().OrderBy(score => score.GetProperty("index").GetInt32()).Select(score => score.GetProperty("logit").GetDouble());
        var weights = await File.ReadAllBytesAsync(_folder.At(network, "model.safetensors"), TestContext.Current.CancellationToken);
        Write($"{network}/reference.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            sha256 = Convert.ToHexStringLower(SHA256.HashData(weights)),
            photos = new[] { new { file = photo, logits = logits.ToArray() } },
        }));
    }

    private void CopyNetwork(string name, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryTree.At("src", "AmViz.Models", "Embedded", name)).Select(Path.GetFileName))
        {
            Copy($"src/AmViz.Networks/Embedded/{name}/{file}", $"{folder}/{file}");
        }
    }

    private void Copy(string source, string path) => Write(path, File.ReadAllBytes(RepositoryTree.At(source)));

    private void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(path))!);
        File.WriteAllBytes(_folder.At(path), content);
    }
}
