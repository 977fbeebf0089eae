namespace AmViz.Cli.Commands;

/// <summary><c>amviz atlas</c>: pages of pictures for a browser.</summary>
internal sealed class AtlasCommand : Command
{
    public AtlasCommand(CommandContext context)
        : base("atlas", "Lay out pictures for a browser, and as sheets for papers.")
    {
        Add(new AtlasBuildCommand(context));
        Add(new AtlasServeCommand(context));
        Add(new AtlasSheetCommand(context));
    }
}
