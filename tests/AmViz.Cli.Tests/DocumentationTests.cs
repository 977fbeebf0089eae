using System.CommandLine;
using System.Text.RegularExpressions;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Engine;
using AmViz.Cli.Running;
using AmViz.Cli.Settings;
using AmViz.Cli.Specs;
using AmViz.Cli.Terminal;
using AmViz.Cli.Tests.CommandLine;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>What the documentation says is there, is there. That its commands run is what AmViz.EndToEnd.Tests shows.</summary>
public sealed class DocumentationTests
{
    private static readonly AmVizRootCommand Root =
        new(new(new Screen(TextWriter.Null, TextWriter.Null), new AmVizSettings(), new FakeEngine(), TimeProvider.System));

    /// <summary>Folders whose files commands name by paths from the root of the checkout.</summary>
    private static readonly string[] Sources = ["docs", "examples", "helm", "k8s", "src", "tests"];

    public static TheoryData<string> Pages => [.. MarkdownPage.All.Select(page => page.Path)];

    /// <summary>Pages that tell readers to type something.</summary>
    public static TheoryData<string> PagesWithCommands => [.. MarkdownPage.All.Where(page => page.Commands.Count > 0).Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLinkLeadsToAFileAndToAHeadingInIt(string path)
        => Assert.DoesNotContain(MarkdownPage.Open(path).Links, link => !LeadsSomewhere(path, link));

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void EveryCommandOfAmVizParses(string path)
        => Assert.All(
            MarkdownPage.Open(path).Commands.Select(command => command.AmVizArguments).OfType<IReadOnlyList<string>>(),
            arguments => Assert.Empty(Root.Parse(arguments).Errors.Select(error => error.Message)));

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void EveryProgramIsKnown(string path)
        => Assert.All(
            MarkdownPage.Open(path).Commands,
            command => Assert.Contains(command.Program, new[] { "amviz", "apt-get", "artifacts/bin/AmViz.Benchmarks/release/AmViz.Benchmarks", "bash", "curl", "docker", "dotnet", "export", "helm", "kubectl", "redis-server" }));

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void EveryFileOfTheCheckoutThatACommandNamesIsThere(string path)
        => Assert.Empty(
            from command in MarkdownPage.Open(path).Commands
            from word in command.Words
            where word.Contains('/', StringComparison.Ordinal) && Sources.Contains(word.Split('/')[0], StringComparer.Ordinal) && !Path.Exists(RepositoryTree.At(word))
            select word);

    [Fact]
    public void EveryCommandOfAmVizIsDocumented()
    {
        string[] documented =
        [
            .. from page in MarkdownPage.All
               from arguments in page.Commands.Select(command => command.AmVizArguments).OfType<IReadOnlyList<string>>()
               select string.Join(' ', arguments) + ' ',
        ];
        Assert.All(HelpTests.CommandPaths.Select(row => row.Data), path => Assert.Contains(documented, arguments => arguments.StartsWith($"{path} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void ANewcomerReadsTheReadmeInFourMinutes()
        => Assert.InRange(File.ReadAllText(RepositoryTree.At("README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, 4 * 220);

    [Fact]
    public async Task ThePlanOfTheExampleIsTheOneThatThePagesShow()
    {
        var networks = new OpenedNetworks(store: null, TextWriter.Null, new());
        var plan = await SpecReader.Read(RepositoryTree.At("examples", "texturenet.yaml")).PlanAsync(spec => networks.PlanAsync(spec, TestContext.Current.CancellationToken));
        using var shown = new StringWriter { NewLine = "\n" };
        PlanText.Write(shown, PlannedSweep.Of(plan), "folder:/home/you/amviz/out");
        Assert.Contains(shown.ToString(), File.ReadAllText(RepositoryTree.At("docs", "sweep.md")), StringComparison.Ordinal);
        Assert.All(["README.md", "docs/cluster.md"], page => Assert.Contains($"{plan.Id}", File.ReadAllText(RepositoryTree.At(page)), StringComparison.Ordinal));
    }

    private static bool LeadsSomewhere(string page, string link)
    {
        var (target, anchor) = link.Split('#') switch { [var file] => (file, (string?)null), var parts => (parts[0], parts[1]) };
        var path = target.Length == 0
            ? page
            : Path.GetRelativePath(RepositoryTree.Root, Path.Combine(RepositoryTree.Root, Path.GetDirectoryName(page)!, target));
        return Path.Exists(RepositoryTree.At(path)) && (anchor is null || MarkdownPage.Open(path).Anchors.Contains(anchor));
    }
}
