using System.CommandLine;
using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas</c>: the pages that a person looks at.</summary>
internal sealed class AtlasCommand : Command
{
    public AtlasCommand(CommandContext context)
        : base("atlas", "Lay out pictures as pages that open from a disk.")
        => Add(new AtlasBuildCommand(context));
}
