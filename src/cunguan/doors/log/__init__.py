"""Log (留痕日志): what is done with the log outside the lanes: taken in, signed, cosigned, anchored; payments wait for it."""
