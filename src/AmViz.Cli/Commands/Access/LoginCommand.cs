using AmViz.Cli.Clusters;
using AmViz.Cli.Options;
using AmViz.Cluster.Http;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz login</c>: keeps the access key of a cluster's API.</summary>
internal sealed class LoginCommand : AmVizCommand
{
    // A person waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CommandContext _context;
    private readonly ApiAccessOptions _access = new();
    private readonly Argument<string> _address = new("address") { Description = "Where the API is: https://host[:port], or http:// on this machine." };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = "File with the key. Default: it is asked for, or read from standard input. It is no argument: those are seen by everybody on a machine.",
        HelpName = "FILE",
    };

    public LoginCommand(CommandContext context)
        : base(
            "login", "Check an access key with a cluster's HTTP API and keep it for this user: commands with --cluster and that address then use it.",
            "amviz login https://amviz.example.com", "amviz login https://amviz.example.com --key-file key.txt", "amviz login https://amviz.example.com --ca ca.crt")
    {
        _context = context;
        Add(_address);
        Add(_keyFile);
        _access.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var address = _access.Address(result, result.GetRequiredValue(_address));
        var key = ReadKey(result, address);
        await using var client = new HttpSweepClient(_access.Connect(result, address, key) with { Patience = Patience }, _context.Time);
        var owner = await client.OwnerAsync(cancellationToken);
        var keys = SavedKeys.OfThisUser();
        keys.Put(address, key);
        if (Environment.GetEnvironmentVariable(ApiAccessOptions.KeyVariable) is { Length: > 0 })
        {
            _context.Screen.WriteNotes([$"{ApiAccessOptions.KeyVariable} is set: commands use that key, not this one."]);
        }

        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(owner);
            return ExitCode.Done;
        }

        _context.Screen.Output.WriteLine($"key      {owner.Name} ({owner.Id}), {owner.Role}, {(owner.ExpiresAt is { } end ? $"expires {end:u}" : "does not expire")}");
        _context.Screen.Output.WriteLine($"kept     for {address} in {keys.Path}");
        return ExitCode.Done;
    }

    private string ReadKey(ParseResult result, ApiAddress address)
    {
        if (result.GetValue(_keyFile) is not { } file)
        {
            return ApiAccessOptions.CheckKey(_context.Screen.ReadSecret($"Access key for {address}:"), "Standard input");
        }

        try
        {
            return ApiAccessOptions.CheckKey(File.ReadAllText(file), $"'{file}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--key-file: '{file}' cannot be read: {e.Message}");
        }
    }
}
