using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys list</c>: the access keys of a store.</summary>
internal sealed class KeysListCommand(CommandContext context)
    : KeyCommand(
        context, "list", "List the access keys, without their secrets.",
        "amviz keys list --store folder:/data/amviz", "amviz keys list --store folder:/data/amviz --json")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken)
    {
        var all = await keys.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(all);
            return ExitCode.Done;
        }

        var table = Tables.Plain("id", "name", "role", "created", "rotated", "expires", "revoked", "quota");
        foreach (var key in all)
        {
            table.AddTextRow(key.Id, key.Name, Word(key.Role), $"{key.CreatedAt:u}", $"{key.RotatedAt:u}", $"{key.ExpiresAt:u}", $"{key.RevokedAt:u}", QuotaText(key.Quota));
        }

        Context.Screen.Results.Write(table);
        return ExitCode.Done;
    }

    private static string QuotaText(KeyQuota? quota) => string.Join(", ", new[]
    {
        quota?.MaxChannels is { } channels ? FormattableString.Invariant($"{channels} channels") : null,
        quota?.MaxPriority is { } priority ? FormattableString.Invariant($"priority {priority}") : null,
        quota?.Pools is { } pools ? $"pools {string.Join(' ', pools)}" : null,
    }.OfType<string>());
}
