"""Lanmao (懒猫存管接口): the gateway dialect that platforms of that family already speak. It only translates.

Shape   protocol: what a message looks like, who signed it · requests: first answers for ever, by requestNo · words: their words
        and ours, one table each · flow: what clients confirm one after another · notify: telling the platform's server ·
        services: one file a group of services; a further service is a further file
Source  domain.md (c), (e.2); docs/lanmao.md says service by service what differs
"""
