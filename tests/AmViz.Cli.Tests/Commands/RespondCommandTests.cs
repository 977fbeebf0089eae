using AmViz.Cli.CommandLine;
using AmViz.Imaging;

namespace AmViz.Cli.Tests.Commands;

public sealed class RespondCommandTests : TinyNetworkTest
{
    private const int Size = 64;

    private string Out => Folder.At("out");

    [Fact]
    public async Task TexturesAreShownOnceAndNotAgain()
    {
        var engine = new FakeEngine();
        var run = await RespondAsync(engine, "--layer", "logits", "--textures", "40", "--shard-size", "16", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal((40, 0, 3, 0), Counts(run));
        Assert.Equal(40, engine.Shown.Count);
        Assert.True(File.Exists(run.Json.GetProperty("photographTable").GetString()));
        Assert.True(File.Exists(run.Json.GetProperty("layers")[0].GetProperty("table").GetString()));

        var again = await RespondAsync(engine, "--layer", "logits", "--textures", "40", "--shard-size", "16", "--json");
        Assert.Equal((40, 0, 0, 3), Counts(again));
        Assert.Equal(40, engine.Shown.Count);
    }

    [Fact]
    public async Task StoppedInTheMiddleItGoesOnAndEndsInTheSameFiles()
    {
        var whole = await CommandLineRun.OfAsync(new FakeEngine(), Command(Folder.At("whole"), "--layer", "logits,conv_pw_5", "--textures", "60", "--shard-size", "16", "--workers", "2", "--json"));
        Assert.Equal(ExitCode.Done, whole.ExitCode);

        var batches = 0;
        var stopped = await RespondAsync(
            new FakeEngine { OnShow = () => _ = ++batches == 3 ? throw new IOException("the device is gone") : 0 }, "--layer", "logits,conv_pw_5", "--textures", "60", "--shard-size", "16", "--workers", "1");
        Assert.Equal(ExitCode.OutOfReach, stopped.ExitCode);
        var resumed = await RespondAsync(new FakeEngine(), "--layer", "logits,conv_pw_5", "--textures", "60", "--shard-size", "16", "--workers", "1", "--json");
        Assert.Equal((60, 0, 2, 2), Counts(resumed));
        Assert.Equal(Files(Folder.At("whole")), Files(Out));
    }

    [Fact]
    public async Task OtherCropsAreMadeOfTheSameStatistics()
    {
        var engine = new FakeEngine();
        await RespondAsync(engine, "--layer", "logits", "--textures", "40", "--crops", "0", "--effective-fields", "0");
        Assert.False(Directory.Exists(Path.Combine(Out, "crops")));
        var run = await RespondAsync(engine, "--layer", "logits", "--textures", "40", "--crops", "2", "--json");
        Assert.Equal((40, 0, 0, 1), Counts(run));
        Assert.Equal(40, engine.Shown.Count);
        var crops = Directory.GetFiles(Path.Combine(Out, "crops"), "*.png", SearchOption.AllDirectories);
        Assert.NotEmpty(crops);
        var (picture, _) = PngCodec.Decode(await File.ReadAllBytesAsync(crops[0], TestContext.Current.CancellationToken));
        Assert.Equal((6, 6), (picture.Width, picture.Height));                   // 8 by 8 from -2 on, as the fake says
    }

    [Fact]
    public async Task FoldersAreLabelsAndWhatCannotBeReadIsCounted()
    {
        WritePhotographs();
        File.WriteAllText(Folder.At("photos/ant/torn.png"), "no picture");
        File.WriteAllBytes(Folder.At("photos/unlabelled.png"), Png(7));
        var run = await RespondAsync(new FakeEngine(), "--layer", "logits", "--photos", Folder.At("photos"), "--json");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Equal((5, 1, 1, 0), Counts(run));
        var summary = await File.ReadAllTextAsync(run.Json.GetProperty("summary").GetString()!, TestContext.Current.CancellationToken);
        Assert.Contains("\"ant\",", summary, StringComparison.Ordinal);
        Assert.Contains("\"bee\"", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATableNamesPhotographsAndTheirLabels()
    {
        WritePhotographs();
        await File.WriteAllTextAsync(Folder.At("list.csv"), "path,kind\r\n\"photos/ant/0.png\",\"a, b\"\r\nphotos/bee/1.png,c\r\n", TestContext.Current.CancellationToken);
        var run = await RespondAsync(new FakeEngine(), "--layer", "logits", "--photos", Folder.At("list.csv"), "--label-column", "kind", "--json");
        Assert.Equal((2, 0, 1, 0), Counts(run));
        Assert.Contains("\"a, b\"", await File.ReadAllTextAsync(run.Json.GetProperty("summary").GetString()!, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CopiedPhotographsOutliveTheirFolder()
    {
        WritePhotographs();
        string[] pass = ["--layer", "logits", "--photos", Folder.At("photos"), "--copy-photos", "--effective-fields", "0"];
        var whole = await RespondAsync(new FakeEngine(), [.. pass, "--crops", "1", "--json"]);
        Assert.Equal((4, 0, 1, 0), Counts(whole));
        var copies = Directory.GetFiles(Directory.GetDirectories(Out, "copies", SearchOption.AllDirectories).Single());
        Assert.Equal(Directory.GetFiles(Folder.At("photos"), "*.png", SearchOption.AllDirectories).Select(FileHash).Order(StringComparer.Ordinal), copies.Select(FileHash).Order(StringComparer.Ordinal));

        // Their list is made of names, lengths and times; what is in them is not looked at again.
        foreach (var file in Directory.GetFiles(Folder.At("photos"), "*.png", SearchOption.AllDirectories))
        {
            var (length, time) = (new FileInfo(file).Length, File.GetLastWriteTimeUtc(file));
            await File.WriteAllBytesAsync(file, new byte[length], TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(file, time);
        }

        Assert.Equal((4, 0, 0, 1), Counts(await RespondAsync(new FakeEngine(), [.. pass, "--crops", "2", "--json"])));
    }

    [Fact]
    public async Task APhotographThatWasChangedMeanwhileIsNamed()
    {
        WritePhotographs();
        var changed = Folder.At("photos/bee/1.png");
        var run = await RespondAsync(new FakeEngine { OnShow = () => File.WriteAllBytes(changed, Png(200)) }, "--layer", "logits", "--photos", Folder.At("photos"));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("'bee/1.png' is not what it was when the network was shown it", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--layer logits", "Expected --photos FOLDER")]
    [InlineData("--layer logits --textures 5 --photos x", "Expected one of them")]
    [InlineData("--layer logits --textures 0", "Expected at least 1")]
    [InlineData("--layer logits --photos gone", "there is no 'gone'")]
    [InlineData("--layer logit --textures 5", "has no layer 'logit'")]
    [InlineData("--textures 5", "--layer is missing")]
    [InlineData("--layer logits --textures 5 --crops 10 --effective-fields -1", "--effective-fields: -1 is out of range")]
    [InlineData("--layer logits --textures 5 --shard-size 0", "--shard-size: 0 is out of range")]
    [InlineData("--layer logits --textures 5 --label-column a", "--label-column")]
    [InlineData("--layer logits --textures 5 --copy-photos", "--copy-photos: textures are made")]
    public async Task MistakesAreExplained(string arguments, string said)
    {
        var run = await RespondAsync(new FakeEngine(), arguments.Split(' '));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATableWithoutPathsIsRefused()
    {
        await File.WriteAllTextAsync(Folder.At("list.csv"), "file,label\na.png,b\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Folder.At("list.parquet"), "no Parquet", TestContext.Current.CancellationToken);
        Assert.Contains("Expected 'path'", (await RespondAsync(new FakeEngine(), "--layer", "logits", "--photos", Folder.At("list.csv"))).Error, StringComparison.Ordinal);
        Assert.Contains("Expected a Parquet file with a column 'path'", (await RespondAsync(new FakeEngine(), "--layer", "logits", "--photos", Folder.At("list.parquet"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheBenchmarkTellsTheRatio()
    {
        var run = await CommandLineRun.OfAsync("bench", "--weights", Network.Path, "--responses", "--layer", "default");
        Assert.Matches("(?m)^ratio +0.90", run.Output);
    }

    private string[] Command(string folder, params string[] arguments) => ["respond", "--weights", Network.Path, "--out", folder, .. arguments];

    private Task<CommandLineRun> RespondAsync(FakeEngine engine, params string[] arguments) => CommandLineRun.OfAsync(engine, Command(Out, arguments));

    private static (int, int, int, int) Counts(CommandLineRun run)
    {
        Assert.True(run.Output.Length > 0, run.Error);
        int Number(string name) => run.Json.GetProperty(name).GetInt32();
        return (Number("photographs"), Number("unreadable"), Number("computedShards"), Number("skippedShards"));
    }

    private static string FileHash(string file) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));

    private void WritePhotographs()
    {
        for (var i = 0; i < 4; i++)
        {
            var folder = Folder.At(i % 2 == 0 ? "photos/ant" : "photos/bee");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), Png(40 * i));
        }
    }

    private static byte[] Png(int grey)
    {
        var rgb = new byte[3 * Size * Size];
        Array.Fill(rgb, (byte)grey);
        return PngCodec.Encode(new Picture(Size, Size, rgb));
    }

    private static Dictionary<string, string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
