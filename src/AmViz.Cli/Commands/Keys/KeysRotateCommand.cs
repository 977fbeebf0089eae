using AmViz.Cli.Options;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys rotate</c>: gives an access key a new secret.</summary>
internal sealed class KeysRotateCommand : KeyCommand
{
    private readonly Argument<string> _id = new("id") { Description = "Id of the key, as 'amviz keys list' shows it." };

    private readonly LifetimeOption _expires = new("How long the new secret opens the API. Default: until the key expires as before.");

    public KeysRotateCommand(CommandContext context)
        : base(
            context, "rotate", "Give an access key a new secret and print it once; within a second the old one opens nothing any more.",
            "amviz keys rotate 0123456789ab --expires 90d --store folder:/data/amviz")
    {
        Add(_id);
        _expires.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken)
    {
        var id = result.GetRequiredValue(_id);
        var rotated = await keys.RotateAsync(id, _expires.Read(result), cancellationToken)
            ?? throw new UsageException($"The store has no key '{id}', or it was revoked. 'amviz keys list' lists all; a revoked one stays so, make another with 'amviz keys create'.");
        WriteNew(result, rotated);
        return ExitCode.Done;
    }
}
