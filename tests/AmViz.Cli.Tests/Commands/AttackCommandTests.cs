using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Terminal;
using AmViz.Imaging;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class AttackCommandTests : TinyNetworkTest
{
    [Fact]
    public async Task TheJsonTellsEverythingOfThePairAndTheFilesAreThere()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "dots", "--json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(["model", "architecture", "weightsSha256", "settings", "pairs", "fooled", "refused", "attacks"], Names(run.Json));
        Assert.Equal("tinynet", run.Json.GetProperty("model").GetString());
        var settings = run.Json.GetProperty("settings");
        Assert.Equal([0.01, 0.01, 1e-4, 30, 300, 2], settings.EnumerateObject().Select(property => property.Value.GetDouble()));

        var row = Assert.Single(run.Json.GetProperty("attacks").EnumerateArray());
        Assert.Equal((1, "dots"), (row.GetProperty("target").GetProperty("index").GetInt32(), row.GetProperty("target").GetProperty("label").GetString()));
        Assert.True(row.GetProperty("success").GetBoolean());
        Assert.Equal((7, 30), (row.GetProperty("stepsToSuccess").GetInt32(), row.GetProperty("steps").GetInt32()));
        Assert.Equal((1 / 255d, 1), (row.GetProperty("lInfinity").GetDouble(), row.GetProperty("greyLevels").GetInt32()));
        Assert.Equal(2 / 255d, row.GetProperty("totalVariation").GetDouble());     // one level in a corner, away from two neighbours
        Assert.Equal(["stripes", "dots", "rings", "noise"], row.GetProperty("before").GetProperty("top").EnumerateArray().Select(score => score.GetProperty("label").GetString()));
        Assert.Equal(3, row.GetProperty("before").GetProperty("target").GetProperty("logit").GetDouble());
        Assert.Equal(4, row.GetProperty("after").GetProperty("target").GetProperty("logit").GetDouble());
        Assert.Equal(0.5, row.GetProperty("after").GetProperty("top")[0].GetProperty("probability").GetDouble());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("error").ValueKind);

        var adversarial = File.ReadAllBytes(row.GetProperty("adversarial").GetString()!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(adversarial)), row.GetProperty("sha256").GetString());
        var (picture, text) = PngCodec.Decode(adversarial);
        Assert.Equal((64, 64), (picture.Width, picture.Height));
        Assert.Contains("\"image\":\"dog.png\"", text["amviz-attack"], StringComparison.Ordinal);
        Assert.Equal(138, PictureLoader.Load(row.GetProperty("perturbation").GetString()!).Rgb.Span[0]);
        Assert.Equal(0, PictureLoader.Load(row.GetProperty("original").GetString()!).Rgb.Span[0]);
    }

    [Fact]
    public async Task TheFolderHoldsTheDocumentAndTheSheet()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "1,2", "--json");

        Assert.Equal(
            ["attack.json", "dog-original.png", "dog-to-1-dots-adversarial.png", "dog-to-1-dots-perturbation.png", "dog-to-2-rings-adversarial.png", "dog-to-2-rings-perturbation.png", "sheet.png"],
            Directory.EnumerateFiles(Folder.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var document = JsonDocument.Parse(File.ReadAllText(Folder.At("out", "attack.json"))).RootElement;
        Assert.Equal(run.Json.GetProperty("attacks")[1].GetProperty("sha256").GetString(), document.GetProperty("attacks")[1].GetProperty("sha256").GetString());
        var sheet = PictureLoader.Load(Folder.At("out", "sheet.png"));
        Assert.Equal(((3 * (64 + 4)) + 4, (2 * (64 + 4)) + 4), (sheet.Width, sheet.Height));
    }

    [Theory]
    [InlineData("--workers", "1", "--batch", "1")]
    [InlineData("--workers", "3", "--batch", "2")]
    public async Task EveryPictureIsAttackedTowardsEveryTarget(params string[] options)
    {
        var run = await AttackAsync(new FakeEngine(), [Black("a"), Black("b"), Black("sub", "a")], "rings,dots", ["--json", .. options]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(6, run.Json.GetProperty("fooled").GetInt32());
        Assert.Equal(
            ["a-to-2-rings", "a-to-1-dots", "b-to-2-rings", "b-to-1-dots", "a-2-to-2-rings", "a-2-to-1-dots"],
            run.Json.GetProperty("attacks").EnumerateArray().Select(row => Path.GetFileName(row.GetProperty("adversarial").GetString()!).Replace("-adversarial.png", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WhatCountsIsTheSavedFile()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "3", "--json");

        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        var row = run.Json.GetProperty("attacks")[0];
        Assert.False(row.GetProperty("success").GetBoolean());
        Assert.Equal(2, row.GetProperty("greyLevels").GetInt32());
        Assert.Contains("in the saved picture the network sees 2 'rings' (50.0 %), after 300 steps, though the image fooled it before it was rounded", row.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(row.GetProperty("adversarial").GetString()));
    }

    [Fact]
    public async Task AFractionIsAnEpsilon()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "noise", "--epsilon", "3/255", "--steps", "4", "--json");
        Assert.Equal(1, run.Json.GetProperty("fooled").GetInt32());
        Assert.Equal((3, 4, 40), (Setting("epsilonLevels"), Setting("steps"), Setting("maxSteps")));

        int Setting(string name) => run.Json.GetProperty("settings").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task APictureOfTheTargetIsRefusedAndTheOthersAreAttacked()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "stripes,dots");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Contains("-> 0: the network sees 0 'stripes' in it already. Choose another target.", run.Error, StringComparison.Ordinal);
        Assert.Contains("fooled 1 of 1, 1 refused", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereThereIsNothingToAttackNothingIsWritten()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "stripes");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("dog.png: the network sees 0 'stripes' in it already", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder.At("out")));
    }

    [Fact]
    public async Task EveryMistakeIsReportedAtOnce()
    {
        var run = await AttackAsync(new FakeEngine(), [Folder.At("gone.png"), Network.Path + "/config.json"], "dost,4", "--epsilon", "0.001", "--alpha", "-1", "--steps", "0");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Collection(
            run.Error.TrimEnd().Split('\n'),
            line => Assert.StartsWith("error: --epsilon: 0.001 is less than one grey level", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: --alpha: -1 is out of range", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: --steps: 0 is out of range", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: --target: 'tinynet' has no class 'dost'. Did you mean 'dots'?", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: --target: 4 is out of range. 'tinynet' has 4 classes, 0 to 3.", line, StringComparison.Ordinal),
            line => Assert.Contains("gone.png", line, StringComparison.Ordinal),
            line => Assert.Contains("is text, not a picture", line, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Folder.At("out")));
    }

    [Theory]
    [InlineData("--epsilon", "much", "'much' is not a number. Write --epsilon 0.01.")]
    [InlineData("--lambda", "1/0", "'1/0' is not a number. Write --lambda 1e-4.")]
    [InlineData("--epsilon", "1/2/3", "'1/2/3' is not a number.")]
    public async Task AWordThatIsNoNumberIsNamed(string option, string word, string expected)
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "dots", option, word);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsFinishedWhenItIsStoppedIsKept()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var attacks = 0;
        var engine = new FakeEngine
        {
            OnAttack = () =>
            {
                if (++attacks == 2)
                {
                    stop.Cancel();
                }
            },
        };

        var code = await new CommandLineApplication(new Screen(TextWriter.Null, TextWriter.Null), engine)
            .RunAsync(Line([Black("dog")], "1,2,3"), stop.Token);

        Assert.Equal(ExitCode.Cancelled, code);
        var document = JsonDocument.Parse(File.ReadAllText(Folder.At("out", "attack.json"))).RootElement;
        Assert.Equal(3, document.GetProperty("pairs").GetInt32());
        var row = Assert.Single(document.GetProperty("attacks").EnumerateArray());
        Assert.True(File.Exists(row.GetProperty("adversarial").GetString()));
    }

    [Fact]
    public async Task APersonReadsATable()
    {
        var run = await AttackAsync(new FakeEngine(), [Black("dog")], "dots");
        Assert.Matches(@"(?m)^dog\.png +1 dots +0 stripes 50\.0 % +1 dots 50\.0 % +7 +0\.0039 \(1/255\) +0", run.Output);
        Assert.EndsWith("fooled 1 of 1", run.Output.TrimEnd(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(property => property.Name);

    /// <summary>A black picture of another size than the network's.</summary>
    private string Black(params string[] parts)
    {
        var path = Folder.At([.. parts[..^1], parts[^1] + ".png"]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngCodec.Encode(new Picture(80, 70, new byte[80 * 70 * 3])));
        return path;
    }

    private string[] Line(string[] images, string targets, params string[] options)
        => ["attack", "--weights", Network.Path, "--image", .. images, "--target", targets, "--out", Folder.At("out"), .. options];

    private Task<CommandLineRun> AttackAsync(FakeEngine engine, string[] images, string targets, params string[] options)
        => CommandLineRun.OfAsync(engine, Line(images, targets, options));
}
