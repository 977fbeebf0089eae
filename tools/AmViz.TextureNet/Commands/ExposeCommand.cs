using System.CommandLine;
using AmViz.TextureNet.Lying;

namespace AmViz.TextureNet.Commands;

/// <summary><c>expose DIR STORE ...</c>: how well <c>amviz score</c> tells lying channels from honest ones.</summary>
internal static class ExposeCommand
{
    public static Command Create()
    {
        var pairs = new Argument<string[]>("pairs") { Description = "Weights folders as 'lie' made them, or honest ones, each followed by the store that its 'amviz score' wrote to.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("expose", "Hold the trust that 'amviz score' told against the lies that were planted.") { pairs };
        command.Validators.Add(result =>
        {
            if (result.GetRequiredValue(pairs).Length % 2 != 0)
                result.AddError("Expected pairs of a weights folder and the store of its scores.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(pairs), cancellationToken));
        return command;
    }

    private static async Task RunAsync(string[] pairs, CancellationToken cancellationToken)
    {
        var channels = new List<ScoredChannel>();
        foreach (string[] pair in pairs.Chunk(2))
            channels.AddRange(await ScoredChannel.ReadAsync(pair[0], pair[1], cancellationToken));
        foreach (string line in ExposureReport.Lines(channels))
            Console.WriteLine(line);
    }
}
