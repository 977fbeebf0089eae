using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A connection to a port of Orleans that speaks TLS, or plain TCP.</summary>
internal sealed class SiloPort : IDisposable
{
    private const byte TlsAlert = 0x15;

    // As a silo begins: the length of what follows.
    private static readonly byte[] Beginning = [16, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

    private readonly TcpClient _client = new();

    private SiloPort()
    {
    }

    /// <summary>Ends when something is heard: true if that is the end, false if it is a word other than an alert of TLS.</summary>
    public Task<bool> Refused { get; private set; } = Task.FromResult(false);

    /// <summary>Connects with TLS.</summary>
    /// <param name="port">On the loopback address.</param>
    /// <param name="certificates">Folder with what the client proves itself by; null: with nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SiloPort> OpenAsync(int port, string? certificates, CancellationToken cancellationToken)
    {
        var connection = new SiloPort();
        await connection._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        connection.Refused = connection.ListenAsync(certificates, cancellationToken);
        return connection;
    }

    /// <summary>Connects without TLS, and speaks.</summary>
    public static async Task<SiloPort> OpenPlainAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new SiloPort();
        await connection._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        connection.Refused = IsClosedAsync(connection._client.GetStream(), cancellationToken);
        return connection;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> ListenAsync(string? certificates, CancellationToken cancellationToken)
    {
        using var own = certificates is null ? null : X509Certificate2.CreateFromPemFile(Path.Combine(certificates, "tls.crt"), Path.Combine(certificates, "tls.key"));
        await using var tls = new SslStream(_client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            LocalCertificateSelectionCallback = (_, _, _, _, _) => own!,
#pragma warning disable CA5359 // An intruder trusts everybody.
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        };
        try
        {
            // That the handshake ends says nothing: a silo looks at who it is with after that.
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return await tls.ReadAsync(new byte[1], cancellationToken) == 0;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return true;
        }
    }

    private static async Task<bool> IsClosedAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var answer = new byte[256];
        try
        {
            await stream.WriteAsync(Beginning, cancellationToken);
            for (int count; (count = await stream.ReadAsync(answer, cancellationToken)) > 0;)
            {
                if (answer[0] != TlsAlert || count == answer.Length)
                {
                    return false;
                }
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
