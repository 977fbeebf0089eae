using System.Diagnostics.CodeAnalysis;

namespace AmViz.Cluster.Http;

/// <summary>Where the API of a cluster is: <c>https://host[:port]</c>, or <c>http://</c>.</summary>
public sealed record ApiAddress
{
    private ApiAddress(Uri root) => Root = root;

    /// <summary>The address with a slash at its end.</summary>
    public Uri Root { get; }

    /// <summary>Whether a key that is sent there travels where others can read it: by plain HTTP, beyond this machine.</summary>
    public bool RevealsKeys => Root.Scheme == Uri.UriSchemeHttp && !Root.IsLoopback;

    /// <summary>Whether a text means an API rather than anything else, rightly written or not.</summary>
    public static bool IsMeant(string text)
        => text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <param name="text">As a person writes it.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">What is wrong with it, for people; it repeats no password.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiAddress? address, [NotNullWhen(false)] out string? problem)
    {
        (address, problem) = (null, null);
        if (!IsMeant(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            problem = $"'{text}' is not the address of an API. Expected https://host[:port].";
        }
        else if (uri.UserInfo.Length > 0)
        {
            problem = $"The address of '{uri.Host}' holds a user or a password. Expected {uri.Scheme}://{uri.Authority} alone: the key comes from 'amviz login' or AMVIZ_KEY.";
        }
        else if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            problem = $"'{text}' says more than where the API is. Expected {uri.GetLeftPart(UriPartial.Authority)}.";
        }
        else
        {
            address = new(new Uri(uri.GetLeftPart(UriPartial.Authority)));
        }

        return address is not null;
    }

    /// <summary>Scheme, host and port, in one form for all ways to write them.</summary>
    public override string ToString() => Root.GetLeftPart(UriPartial.Authority);
}
