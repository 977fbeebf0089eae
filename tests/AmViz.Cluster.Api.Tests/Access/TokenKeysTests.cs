using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>When the keys of the issuer are fetched, by a clock of ours.</summary>
public sealed class TokenKeysTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NobodyNeedsToAskForTheKeysToBeFetchedAgainSoThatTheIssuerMayBeAwayAfterALongIdleTime()
    {
        var issuer = await StandInIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var services = Services(issuer.Options, clock);
        var withdrawn = issuer.Token("viewers");
        Assert.Null((await JudgeAsync(services, withdrawn)).Refusal);

        issuer.Rotate();
        issuer.Withdraw();
        var asked = issuer.KeysAsked;
        // Nobody presents a token for an hour.
        var watch = Stopwatch.StartNew();
        for (var minute = 0; minute < 60 || issuer.KeysAsked == asked; minute++)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "The keys were not fetched again.");
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, Token);
        }

        var known = issuer.Token("viewers");
        await issuer.DisposeAsync();
        while ((await JudgeAsync(services, withdrawn)).Refusal is null)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "The keys that were fetched do not count.");
            await Task.Delay(5, Token);
        }

        Assert.Null((await JudgeAsync(services, known)).Refusal);
    }

    private static ServiceProvider Services(OidcOptions oidc, TimeProvider clock)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(clock).AddSingleton<StrangerGate>().AddRouting();
        services.AddAuthenticationCore().AddWebEncoders();
        TokenJudge.Add(new AuthenticationBuilder(services), oidc);
        RequestRates.Add(services, new());
        // The library's own clock is not its users' to set.
        services.PostConfigure<JwtBearerOptions>(TokenJudge.SchemeName, options => ClockOf(options.ConfigurationManager!).SetValue(options.ConfigurationManager, clock));
        return services.BuildServiceProvider();
    }

    private static FieldInfo ClockOf(object manager)
        => manager.GetType().GetField(nameof(TimeProvider), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) ?? throw new NotSupportedException("The manager of keys has no clock.");

    private static async Task<AccessVerdict> JudgeAsync(ServiceProvider services, string token)
    {
        await using var scope = services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {token}";
        return await services.GetRequiredService<TokenJudge>().JudgeAsync(context);
    }
}
