namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys</c>: the access keys of a cluster's API.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CommandContext context)
        : base("keys", "Make, list, rotate and revoke the access keys of a cluster's HTTP API. Whoever may write to its store may do so.")
    {
        Add(new KeysCreateCommand(context));
        Add(new KeysListCommand(context));
        Add(new KeysRotateCommand(context));
        Add(new KeysRevokeCommand(context));
    }
}
