namespace AmViz.Cli.Commands;

/// <summary><c>amviz manifest</c>: what the store of a sweep holds.</summary>
internal sealed class ManifestCommand : Command
{
    public ManifestCommand(CommandContext context)
        : base("manifest", "Show what a sweep drew, or hold every row against its picture.")
    {
        Add(new ManifestShowCommand(context));
        Add(new ManifestVerifyCommand(context));
    }
}
