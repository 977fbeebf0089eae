using System.CommandLine;
using AmViz.StandIn;

// The library would end this program two seconds after a signal; pods may take longer.
return await StandInCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
