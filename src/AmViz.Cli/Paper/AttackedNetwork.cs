using AmViz.Cli.Attacks;
using AmViz.Models;

namespace AmViz.Cli.Paper;

/// <summary>A network that figure 12 attacks.</summary>
/// <param name="Source">The network; it has classes.</param>
/// <param name="Photographs">What it is to see wrongly, brought to its input size.</param>
internal sealed record AttackedNetwork(NetworkSource Source, IReadOnlyList<InputPicture> Photographs)
{
    /// <summary>Reads the photographs, before anything is drawn: a name that is mistyped must not cost an hour.</summary>
    /// <exception cref="UsageException">Some cannot be read.</exception>
    public static AttackedNetwork Of(NetworkSource source, IReadOnlyList<string> photographs)
    {
        var problems = new List<string>();
        var inputs = InputPicture.ReadAll(photographs, source.Description, problems);
        return problems.Count == 0 ? new(source, inputs) : throw new UsageException(problems);
    }
}
