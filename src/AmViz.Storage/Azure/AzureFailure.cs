using System.Globalization;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace AmViz.Storage;

/// <summary>Says what a failed call means for the store.</summary>
/// <param name="exception">What the library threw, without its wrapping.</param>
internal sealed class AzureFailure(Exception exception)
{
    private const string Contributor = "'Storage Blob Data Contributor'";

    /// <summary>The failure behind <paramref name="exception"/>; null if the library is not its origin.</summary>
    public static AzureFailure? Find(Exception exception) => exception switch
    {
        // After its last try the library throws all of them together.
        AggregateException all => all.InnerExceptions.Select(Find).LastOrDefault(),
        RequestFailedException or AuthenticationFailedException or OperationCanceledException or IOException or HttpRequestException => new(exception),
        _ => null,
    };

    /// <summary>The exception to throw.</summary>
    /// <param name="store">Name of the store.</param>
    /// <param name="address">Its address.</param>
    /// <param name="verb">What was tried.</param>
    /// <param name="subject">The blob or prefix it was tried on; empty: the container.</param>
    /// <param name="call">What came of its tries.</param>
    public StoreUnreachableException Describe(string store, Uri address, string verb, string subject, AzureCall call)
    {
        var (found, advice, canRetry) = Explain(store, address, verb, call);
        var what = subject.Length == 0 ? store : $"'{subject}' of {store}";
        var tries = call.Tries > 1 ? string.Create(CultureInfo.InvariantCulture, $" (tried {call.Tries} times)") : "";
        return new(store, $"Cannot {verb} {what} at {address}: {found}{tries}. {advice}", exception) { CanRetry = canRetry };
    }

    private (string Found, string Advice, bool CanRetry) Explain(string store, Uri address, string verb, AzureCall call) => exception switch
    {
        AuthenticationFailedException e => ($"no identity could be proven: {FirstLine(e)}", IdentityAdvice, false),
        RequestFailedException { Status: 401 or 403 } e => Refused(e, verb),
        RequestFailedException { Status: 404 } e => ($"the service answers {Answer(e)}", $"Expected the container '{store[(store.IndexOf(':', StringComparison.Ordinal) + 1)..]}' of that account. Check the account, and that nobody removes the container.", false),
        RequestFailedException { Status: 429 or 503 } e => ($"the service throttles: {Answer(e)}", "Run the same again later, with fewer devices at once, or raise the limits of the account.", true),
        RequestFailedException { Status: 400 } e when IsAboutVersion(e) => ($"the service does not know the version that was spoken: {Answer(e)}", "Set Storage:Azure:ServiceVersion (environment: AMVIZ__Storage__Azure__ServiceVersion) to one that it knows, such as 2025-11-05.", false),
        RequestFailedException { Status: 409 } e when e.ErrorCode == BlobErrorCode.ContainerBeingDeleted => ("the container is being deleted", "Wait some minutes until that is done, or use another container.", true),
        RequestFailedException { Status: >= 500 } e => ($"the service fails: {Answer(e)}", "Its disk may be full, or it is out of order: look at its own logs, then run the same again; it goes on where it was.", true),
        RequestFailedException { Status: > 0 } e => ($"the service answers {Answer(e)}", "Expected it to take the request. Check the account and the container in the portal.", false),
        OperationCanceledException => ($"no answer in time{(call.LastFailure is { } last && last != AzureCall.NoAnswer ? $"; before, a try ended in {last}" : "")}", $"Check that {address.Authority} can be reached from here and is not overloaded, then run the same again; it goes on where it was.", true),
        _ when SocketErrorOf(exception) is SocketError.HostNotFound or SocketError.NoData => ($"there is no host '{address.Host}'", "Check the name of the account, and the name service of this machine.", true),
        _ => ($"the connection failed: {FirstLine(exception)}", $"Check that {address.Authority} is up and can be reached from here, then run the same again; it goes on where it was.", true),
    };

    private static (string Found, string Advice, bool CanRetry) Refused(RequestFailedException e, string verb)
    {
        var (right, role) = verb switch
        {
            "list" => ("list (l)", "'Storage Blob Data Reader' or " + Contributor),
            "read" => ("read (r)", "'Storage Blob Data Reader' or " + Contributor),
            "delete" => ("delete (d)", Contributor),
            "make the container" => ("create containers", Contributor),
            _ => ("create and write (cw)", Contributor),
        };
        var found = $"the service refuses: {Answer(e)}";
        if (e.ErrorCode == BlobErrorCode.AuthenticationFailed || e.ErrorCode == BlobErrorCode.NoAuthenticationInformation || e.Status == 401)
        {
            return (found, "The key or signature is wrong or has expired, or this machine's clock is. Renew the connection string or signature.", false);
        }

        if (e.ErrorCode == BlobErrorCode.AuthorizationSourceIPMismatch || e.ErrorCode == BlobErrorCode.AuthorizationFailure)
        {
            return (found, $"The right to {right} is missing, the key or signature is wrong or has expired, or the account's network rules shut this machine out. Grant the right (role {role}), renew the key or signature, or allow this network.", false);
        }

        return (found, $"The right to {right} is missing. Grant the role {role} on the container, or make a signature with that right{(verb == "make the container" ? ", or have the container made by somebody who may" : "")}.", false);
    }

    private const string IdentityAdvice =
        "Expected workload identity, a managed identity, AZURE_CLIENT_ID and its like, or 'az login'. Or give a connection string in AMVIZ__Storage__Azure__ConnectionString, or a signature in AMVIZ__Storage__Azure__AccountUrl.";

    private static bool IsAboutVersion(RequestFailedException e)
        => e.ErrorCode == BlobErrorCode.InvalidHeaderValue && e.Message.Contains("version", StringComparison.OrdinalIgnoreCase);

    private static string Answer(RequestFailedException e)
        => string.Create(CultureInfo.InvariantCulture, $"{e.Status} {e.ErrorCode ?? FirstLine(e)}");

    private static SocketError? SocketErrorOf(Exception? e)
        => e is null ? null : e is SocketException socket ? socket.SocketErrorCode : SocketErrorOf(e.InnerException);

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim().TrimEnd('.');
}
