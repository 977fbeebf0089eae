using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Settings;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.Tests.CommandLine;

public sealed class HelpTests
{
    private static readonly AmVizRootCommand Root =
        new(new(new Screen(TextWriter.Null, TextWriter.Null), new AmVizSettings(), new FakeEngine(), TimeProvider.System));

    public static TheoryData<string> CommandPaths => [.. Walk(Root, "").Select(item => item.Path)];

    public static TheoryData<string> Examples => [.. Walk(Root, "").SelectMany(item => item.Command.Examples)];

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public async Task EveryCommandSaysWhatItDoesAndShowsExamples(string path)
    {
        var run = await CommandLineRun.OfAsync([.. path.Split(' '), "--help"]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  amviz {path}", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void EveryExampleIsACommandLineThatParses(string example)
    {
        Assert.StartsWith("amviz ", example, StringComparison.Ordinal);
        Assert.Empty(Root.Parse(example["amviz ".Length..]).Errors.Select(error => error.Message));
    }

    [Fact]
    public void EveryOptionIsDescribed()
        => Assert.All(
            Walk(Root, "").SelectMany(item => item.Command.Options),
            option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));

    private static IEnumerable<(string Path, AmVizCommand Command)> Walk(Command parent, string path)
        => from child in parent.Subcommands
           let full = $"{path} {child.Name}".Trim()
           from item in Walk(child, full).Concat(child is AmVizCommand command ? [(full, command)] : [])
           select item;
}
