using System.CommandLine;
using System.Text.RegularExpressions;
using AmViz.Cli.Tests.CommandLine;
using AmViz.Cli.Settings;
using AmViz.Cli.Terminal;
using AmViz.TestKit;

namespace AmViz.Cli.Tests;

/// <summary>What the documentation says is there, is there.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages => ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

    public static TheoryData<string> Commands =>
        [.. File.ReadLines(RepositoryTree.At("README.md")).Where(line => line.StartsWith("amviz ", StringComparison.Ordinal)).Select(line => Description().Replace(line, ""))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLinkIntoTheRepositoryLeadsSomewhere(string page)
    {
        var missing = Link().Matches(File.ReadAllText(RepositoryTree.At(page)))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal))
            .Where(target => !Path.Exists(RepositoryTree.At(target)));
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandOfTheReadmeParses(string command)
    {
        var root = new AmVizRootCommand(new(new Screen(TextWriter.Null, TextWriter.Null), new AmVizSettings(), new FakeEngine(), TimeProvider.System));
        Assert.Empty(root.Parse(command["amviz ".Length..]).Errors.Select(error => error.Message));
    }

    [Fact]
    public void EveryCommandIsInTheReadme()
    {
        var readme = File.ReadAllText(RepositoryTree.At("README.md"));
        Assert.All(HelpTests.CommandPaths.Select(row => row.Data), path => Assert.Contains($"amviz {path}", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    // Two spaces end the command in a table of commands.
    [GeneratedRegex(" {2,}.*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Description();
}
