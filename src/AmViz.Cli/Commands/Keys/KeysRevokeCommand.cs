using AmViz.Cli.Options;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys revoke</c>: takes an access key back.</summary>
internal sealed class KeysRevokeCommand : KeyCommand
{
    private readonly Argument<string> _id = new("id") { Description = "Id of the key, as 'amviz keys list' shows it." };

    public KeysRevokeCommand(CommandContext context)
        : base(
            context, "revoke", "Take an access key back: within a second it opens nothing any more.",
            "amviz keys revoke 0123456789ab --store folder:/data/amviz")
        => Add(_id);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken)
    {
        var id = result.GetRequiredValue(_id);
        var key = await keys.RevokeAsync(id, cancellationToken) ?? throw Unknown(id);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(key);
        }
        else
        {
            Context.Screen.Output.WriteLine($"revoked  {key.Id}  {key.Name}, at {key.RevokedAt:u}");
        }

        return ExitCode.Done;
    }
}
