using AmViz.Cli.Clusters;
using AmViz.Cluster.Http;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz logout</c>: forgets the access key of a cluster's API.</summary>
internal sealed class LogoutCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _address = new("address") { Description = "The address that 'amviz login' was given." };

    public LogoutCommand(CommandContext context)
        : base("logout", "Forget the access key that 'amviz login' kept for an address. The key itself stays valid: 'amviz keys revoke' ends it.", "amviz logout https://amviz.example.com")
    {
        _context = context;
        Add(_address);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        if (!ApiAddress.TryParse(result.GetRequiredValue(_address), out var address, out var problem))
        {
            throw new UsageException(problem);
        }

        var keys = SavedKeys.OfThisUser();
        if (!keys.Remove(address))
        {
            throw new UsageException($"No access key is kept for {address} in {keys.Path}.");
        }

        _context.Screen.Output.WriteLine($"removed  the key for {address} from {keys.Path}");
        return Task.FromResult(ExitCode.Done);
    }
}
