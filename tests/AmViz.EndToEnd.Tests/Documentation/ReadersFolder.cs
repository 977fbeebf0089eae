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

    private const int Steps = 16;

    // Of a shell: what stands there is more than words.
    private static readonly char[] Operators = ['|', '&', ';', '<', '>'];

    private static readonly string[] OfTheirOwn = ["amviz models probe ", "amviz silo "];

    private const string MyNetwork = "my-network";

    private readonly TemporaryFolder _folder = new();
    private readonly LoopbackServer _publisher;

    /// <summary>Makes one.</summary>
    public ReadersFolder()
    {
        var mobileNet = RandomMobileNet.Weights.Value;
        _publisher = new(request => request.Path.EndsWith("/mobilenet/mobilenet_1_0_224_tf.h5", StringComparison.Ordinal) ? LoopbackServer.File(request, mobileNet, "\"a\"") : new(404, []));
        Environment = new(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.GetDirectoryName(AmVizProcess.Built("AmViz.Cli", "amviz"))}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["OMP_NUM_THREADS"] = "1",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["AMVIZ_CACHE"] = _folder.At("cache"),
            ["XDG_CONFIG_HOME"] = _folder.At("config"),
            ["AMVIZ_KERAS_MIRROR"] = _publisher.Address.AbsoluteUri,
        };
        WriteSpec("photographs.yaml", ("textures: 340", "textures: 68"));
        WriteSpec("scores.yaml");
        WriteSpec("texturenet.yaml", ("# size: 0 ", $"size: {Size} # "), ("steps: 128 ", $"steps: {Steps} "));
        // texturevit, which stands in, has fewer layers and classes.
        WriteSpec("mobilenet-and-vit.yaml", ("hidden_states_12", "hidden_states_1"), ("hidden_states_8", "hidden_states_2"), ("channels: [301, 323, 417, 953]", "channels: 0-3"));
        Copy("docs/figures/figure-06.jpg", "photo.jpg");
        Copy("docs/figures/figure-06.jpg", "photographs/one.jpg");
        Copy("tests/AmViz.Weights.Tests/Fixtures/script_modules.pt", "net.pt");
        Copy("tests/AmViz.Onnx.Tests/Fixtures/small.onnx", "net.onnx");
        CopyNetwork("texturenet", MyNetwork);
        CopyNetwork("texturevit", "weights/vit_tiny_patch16_224");
        foreach (var name in new[] { "weights/mobilenet_v1", "weights/mobilenet_v1_qat" })
        {
            Write($"{name}/model.safetensors", mobileNet);
            Write($"{name}/config.json", RandomMobileNet.Config());
        }
    }

    /// <summary>Variables of every command.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Writes a file that the reader of a page has.</summary>
    public void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Starts a line in a shell.</summary>
    /// <param name="line">As the documentation has it, or shortened.</param>
    public AmVizProcess Start(string line)
        => AmVizProcess.StartProgram("/bin/bash", _folder.Path, Environment, "-c", line.Replace(Store, _folder.At("store"), StringComparison.Ordinal));

    /// <summary>Runs a line: in the process of the commands, or, of what is more than a command of <c>amviz</c>, serves others or starts its own program again, in a shell.</summary>
    /// <param name="commands">The process.</param>
    /// <param name="line">As the documentation has it, or shortened.</param>
    internal async Task<CommandAnswer> TypeAsync(CommandProcesses commands, string line)
    {
        if (line.StartsWith("amviz ", StringComparison.Ordinal) && line.IndexOfAny(Operators) < 0 && !OfTheirOwn.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
        {
            return await commands.RunAsync(_folder.Path, Environment, await WordsAsync(line));
        }

        using var run = await RunAsync(line);
        return new(await run.ExitCodeAsync(), run.Output, run.Error);
    }

    /// <summary>Runs a line in a shell.</summary>
    /// <param name="line">As the documentation has it, or shortened.</param>
    public async Task<AmVizProcess> RunAsync(string line)
    {
        var process = Start(line);
        await process.ExitCodeAsync();
        return process;
    }

    /// <summary>What <c>models verify</c> compares with: here what the network itself computed.</summary>
    public async Task WriteReferenceAsync()
    {
        const string photo = "one.png";
        Copy("docs/recipes/paper.png", $"{MyNetwork}/photos/{photo}");
        using var classified = await RunAsync($"amviz classify --weights {MyNetwork} {MyNetwork}/photos/{photo} --top 1000 --json");
        var logits = classified.Json.GetProperty("top").EnumerateArray().OrderBy(score => score.GetProperty("index").GetInt32()).Select(score => score.GetProperty("logit").GetDouble());
        var weights = await File.ReadAllBytesAsync(_folder.At(MyNetwork, "model.safetensors"), TestContext.Current.CancellationToken);
        Write($"{MyNetwork}/reference.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            sha256 = Convert.ToHexStringLower(SHA256.HashData(weights)),
            photos = new[] { new { file = photo, logits = logits.ToArray() } },
        }));
    }

    /// <summary>Words of a line after <c>amviz</c>, as a shell makes them of it at this moment.</summary>
    private async Task<string[]> WordsAsync(string line)
    {
        using var printed = await RunAsync($"printf '%s\\n'{line["amviz".Length..]}");
        return printed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>An example, changed so that it takes less time, or to what the stand-ins have.</summary>
    private void WriteSpec(string name, params (string Old, string New)[] changes)
    {
        var spec = File.ReadAllText(RepositoryTree.At("examples", name));
        foreach (var (old, changed) in changes)
        {
            Assert.Contains(old, spec, StringComparison.Ordinal);
            spec = spec.Replace(old, changed, StringComparison.Ordinal);
        }

        Write($"examples/{name}", System.Text.Encoding.UTF8.GetBytes(spec));
    }

    private void CopyNetwork(string name, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryTree.At("src", "AmViz.Networks", "Embedded", name)).Select(Path.GetFileName))
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
