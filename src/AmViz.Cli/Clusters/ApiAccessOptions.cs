using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AmViz.Cluster.Http;

namespace AmViz.Cli.Clusters;

/// <summary><c>--ca</c> and <c>--insecure-http</c>: how far an API is trusted with a key.</summary>
internal sealed class ApiAccessOptions
{
    /// <summary>Environment variable with the key to present, whatever is kept.</summary>
    public const string KeyVariable = "AMVIZ_KEY";

    private const string AuthoritiesVariable = "AMVIZ_CA";

    private readonly Option<string?> _authorities = new("--ca")
    {
        Description = $"PEM file with the authorities that the certificate of an https:// address may come from, instead of those that this machine trusts. Default: {AuthoritiesVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _insecure = new("--insecure-http")
    {
        Description = "Send the access key by plain HTTP to another machine: whoever is on the way can read it and use it.",
    };

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_authorities);
        command.Add(_insecure);
    }

    /// <summary>Reads an address that a key may be sent to.</summary>
    /// <exception cref="UsageException">It is none, or the key would travel in the clear.</exception>
    public ApiAddress Address(ParseResult result, string text)
    {
        if (!ApiAddress.TryParse(text, out var address, out var problem))
        {
            throw new UsageException(problem);
        }

        return address.RevealsKeys && !result.GetValue(_insecure)
            ? throw new UsageException($"{address} is plain HTTP on another machine: the access key would travel where others can read it. Use https:// ('amviz silo --http-tls', or a proxy with TLS), or give --insecure-http where the network is trusted.")
            : address;
    }

    /// <summary>How to talk to an API.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="address">Which.</param>
    /// <param name="key">As whom; null: by the key of the environment, or the one that is kept.</param>
    /// <exception cref="UsageException">There is no key, or the authorities cannot be read.</exception>
    public ApiConnection Connect(ParseResult result, ApiAddress address, string? key = null)
        => new(address, key ?? OwnKey(address)) { Authorities = (result.GetValue(_authorities) ?? Variable(AuthoritiesVariable)) is { } file ? ReadAuthorities(file) : null };

    /// <summary>The text of a key as it was typed, piped or kept in a file.</summary>
    /// <param name="text">With what is around it; null: nothing was there.</param>
    /// <param name="where">Where it was looked for.</param>
    /// <exception cref="UsageException">It cannot be a key.</exception>
    public static string CheckKey(string? text, string where)
    {
        var key = text?.Trim() ?? "";
        return key.Length > 0 && key.All(letter => letter is > ' ' and < (char)0x7f)
            ? key
            : throw new UsageException($"{where} holds no access key. Expected one line, as 'amviz keys create' prints it: amviz_ID_SECRET.");
    }

    private static string OwnKey(ApiAddress address)
        => Variable(KeyVariable) is { } key
            ? CheckKey(key, KeyVariable)
            : SavedKeys.OfThisUser().Find(address)
                ?? throw new UsageException($"There is no access key for {address}. Run 'amviz login {address}', or set {KeyVariable}; an admin of the cluster makes keys with 'amviz keys create'.");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("It holds no certificate.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--ca: '{file}' cannot be used: {e.Message} Expected the certificates of authorities in PEM form.");
        }
    }
}
