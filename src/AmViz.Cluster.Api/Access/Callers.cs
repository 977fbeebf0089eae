using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Tells who makes a request.</summary>
/// <param name="ring">Knows the keys.</param>
/// <param name="time">The clock.</param>
/// <param name="gate">Stands before the store.</param>
/// <param name="tokens">Knows the tokens; null: no issuer is trusted.</param>
internal sealed class Callers(KeyRing ring, TimeProvider time, StrangerGate gate, TokenJudge? tokens = null)
{
    /// <summary>Judges what a request presents; null: nothing.</summary>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    /// <exception cref="ProblemException">The issuer cannot be asked, or the address has asked too much.</exception>
    public async Task<AccessVerdict?> JudgeAsync(HttpContext context) => BearerAuthentication.Presented(context.Request) switch
    {
        null => null,
        var text when tokens is not null && !AccessKeyText.IsMeant(text) => await tokens.JudgeAsync(context),
        var text => await OfKeyAsync(context, text),
    };

    /// <summary>Whether what a request presented at its beginning still opens, for answers that go on for hours.</summary>
    public async Task<bool> IsStillOpenAsync(HttpContext context) => context.Features.Get<AccessVerdict>()?.Caller switch
    {
        { Kind: CallerKind.Token } token => token.ExpiresAt is not { } end || time.GetUtcNow() < end,
        _ => await ring.JudgeAsync(BearerAuthentication.Presented(context.Request), context.RequestAborted) is { Refusal: null },
    };

    private async Task<AccessVerdict> OfKeyAsync(HttpContext context, string text)
    {
        if (ring.MustAsk(text))
        {
            gate.Pass(context);
        }

        var verdict = await ring.JudgeAsync(text, context.RequestAborted);
        return new(verdict.Key is { } key ? Caller.Of(key) : null, verdict.Refusal);
    }
}
